"""`python -m mlpipe`."""

from mlpipe.cli.main import main

if __name__ == "__main__":
    main()
