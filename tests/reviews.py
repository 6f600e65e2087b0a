"""A seeded table of Chinese product reviews, with Chinese headers and gaps, for tests: `python reviews.py FILE`."""

import sys

import numpy as np
import pandas as pd

CITIES = {"北京": 0.3, "上海": 0.25, "广州": 0.2, "成都": 0.15, "哈尔滨": 0.1}
# Praise and blame share most of their characters, often but for a 不: single characters say less than runs of them.
ASPECTS = {
    "质量": (("很好", "不错", "比想象中好", "对得起这个价"), ("不好", "很差", "没有想象中好", "对不起这个价")),
    "物流": (("很快", "第二天就到了", "一点也不慢"), ("很慢", "一个星期才到", "一点也不快")),
    "客服": (("很耐心", "有问必答", "态度好"), ("很不耐心", "一问三不知", "态度不好")),
    "包装": (("完好", "很结实", "没有破损"), ("不完好", "不结实", "有破损")),
    "颜色": (("和图片一样", "好看"), ("和图片不一样", "不好看")),
    "做工": (("精细", "没有线头", "挑不出毛病"), ("粗糙", "全是线头", "到处是毛病")),
    "尺寸": (("正合适", "刚刚好"), ("不合适", "偏小太多")),
}
OPENINGS = ("", "", "上周买的", "给妈妈买的", "第二次在这家买", "朋友推荐的", "用了三天", "双十一下的单", "刚收到")
FACTS = ("", "", "是黑色的那款", "放在办公室用", "一共买了两件", "快递放在门口", "下午收到的", "孩子在用")
# What may stand around a clause, so that few clauses are the same from end to end.
BEFORE = ("", "感觉", "这次", "说实话", "总的来说", "个人觉得", "没想到", "我看")
AFTER = ("", "", "的", "啊", "呢", "哦")
ENDINGS = {
    True: ("会再来买", "推荐给大家", "值得买", "满意", ""),
    False: ("不会再来买了", "不推荐", "不值得买", "已经退货", "不满意", ""),
}
# Some type the half-width comma, which a CSV file must quote.
COMMAS = ("\uff0c", ",")
STOPS = ("。", "\uff01", "")


def _clause(rng, aspect, good):
    judged = rng.choice(ASPECTS[aspect][0 if good else 1])
    return rng.choice(BEFORE) + aspect + judged + rng.choice(AFTER)


def _review(rng, leaning):
    """(text, how good it is): two to four aspects, each praised or blamed."""
    aspects = rng.choice(list(ASPECTS), rng.integers(2, 5), replace=False)
    praised = rng.random(len(aspects)) < 0.5 + 0.35 * leaning
    clauses = [_clause(rng, aspect, good) for aspect, good in zip(aspects, praised, strict=True)]
    score = 2 * praised.mean() - 1
    ending = rng.choice(ENDINGS[bool(score + rng.normal(0, 0.3) > 0)])
    clauses = [rng.choice(OPENINGS), *clauses, rng.choice(FACTS), ending and rng.choice(BEFORE) + ending]
    return rng.choice(COMMAS, p=[0.85, 0.15]).join(filter(None, clauses)) + rng.choice(STOPS), score


def reviews(*, rows=400, seed=0, missing=0.05):
    """编号 (id), 评论 (text), 评分 (1 to 5), 城市, 日期 and 好评 (好 or 差, about 3 to 2).

    好评 leans on the text and a little on 评分; a share `missing` of the cells between 编号 and 好评 is empty.
    """
    rng = np.random.default_rng(seed)
    told = [_review(rng, leaning) for leaning in rng.choice([-1, 1], rows, p=[0.4, 0.6])]
    score = np.array([score for _, score in told])
    stars = (3.2 + 0.5 * score + rng.normal(0, 0.9, rows)).clip(1, 5).round(1)
    good = score + 0.25 * (stars - 3.2) + rng.normal(0, 0.15, rows) > 0
    days = rng.integers(0, 730, rows)
    table = pd.DataFrame(
        {
            "编号": [f"P{number:05d}" for number in range(1, rows + 1)],
            "评论": [text for text, _ in told],
            "评分": stars,
            "城市": rng.choice(list(CITIES), rows, p=list(CITIES.values())),
            "日期": (np.datetime64("2023-01-01") + days.astype("timedelta64[D]")).astype(str),
            "好评": np.where(good, "好", "差"),
        }
    )
    for column in ("评论", "评分", "城市", "日期"):
        table.loc[rng.random(rows) < missing, column] = None
    return table


def write_reviews(path, **options):
    """Write `reviews` as a spreadsheet of China does: in GBK, with Windows line ends."""
    reviews(**options).to_csv(path, index=False, encoding="gbk", lineterminator="\r\n")
    return path


if __name__ == "__main__":
    write_reviews(sys.argv[1])
