"""Words: what values are called by those who read reports, in English and Chinese."""

CHANNELS = {"web": ("Web hall", "网厅"), "wap": ("WAP", "WAP 门户"), "app": ("App", "手厅")}
STAGES = {
    "page": ("Product page", "商品页"),
    "cart": ("Cart", "购物车"),
    "delivery": ("Delivery", "配送"),
    "payment": ("Payment", "支付"),
    "purchase": ("Ordered", "已下单"),
}
NO_CART = {"page": ("Product page, no cart", "商品页（未加购）")}
WHEN = {
    "same visit": ("Same visit", "同一次访问"),
    "next visit": ("Next visit", "下次访问"),
    "not seen again": ("Not seen again", "未再出现"),
}
DEVICES = {"desktop": ("desktop", "电脑"), "mobile": ("mobile", "手机"), "tablet": ("tablet", "平板")}
ALL = {"(all)": ("All", "全部")}
AGAINST = {"other days": ("The other days", "其余日期"), "other channels": ("The other channels", "其他渠道")}
ROBOTS = {
    "known_agent": ("Names itself a robot", "自报为机器人"),
    "no_agent": ("Empty user agent", "用户代理为空"),
    "monitor": ("Own probe", "自有监控"),
    "scanner": ("Scanner", "漏洞扫描"),
    "flood": ("Too fast for a person", "速度异常"),
}
ROLES = {"hub": ("Hub", "枢纽"), "dead_end": ("Dead end", "死胡同")}
OTHER = {"(other)": ("(other)", "（其他）")}
ENDS = {"(entry)": ("(entry)", "（进入）"), "(exit)": ("(exit)", "（离开）")}
QUESTIONS = {
    "also_viewed": ("Also viewed", "也浏览了"),
    "also_bought": ("Also bought", "同样购买了这个"),
    "bought_after_viewing": ("Bought after viewing", "看了又买"),
    "next_click": ("Next click", "下一次点击"),
    "next_item": ("Next item", "下一个商品"),
    **{
        f"{question}_{channel}": (f"{english}, {where[0]}", f"{chinese}（{where[1]}）")
        for question, english, chinese in (
            ("next_click", "Next click", "下一次点击"),
            ("next_item", "Next item", "下一个商品"),
        )
        for channel, where in {**CHANNELS, "all": ("no channel named", "不分渠道")}.items()
    },
    "neighbours": ("Sessions alike", "相似会话"),
    "rules": ("Sequential rules", "序列规则"),
    "graph": ("Path graph", "路径图"),
    "trending": ("Trending", "近期上升"),
    "for_you": ("For you", "为您推荐"),
    "als": ("ALS", "ALS"),
    "ease": ("EASE", "EASE"),
    "rp3beta": ("RP3β", "RP3β"),
    "in_place": ("The one in place", "在用模型"),
    "for_you_new": ("For you, new items only", "为您推荐（仅新商品）"),
    "popular": ("Popular", "热门榜"),
}
VERDICTS = {
    "better": ("better", "更好"),
    "worse": ("worse", "更差"),
    "not shown": ("not shown", "差异不显著"),
    "baseline": ("baseline", "基准"),
}
ADVICE = {
    "discount": ("sell at a discount", "打折捆绑"),
    "side by side": ("place side by side, no discount", "并排陈列，不打折"),
}
LEFT_OUT = {
    "kept out": ("kept out by the settings", "设置排除"),
    "not on sale": ("not on sale", "未在售"),
    "excluded": ("exclude each other", "互斥"),
    "no channel": ("without a channel that sells all", "无共同渠道"),
    "same category": ("of one category", "同一品类"),
    "substitutes": ("substitutes", "互为替代"),
    "no price": ("without a price", "无价格"),
    "no margin": ("without a margin", "无毛利"),
    "sold at a loss": ("sold at a loss", "亏本销售"),
    "few buyers": ("of too few buyers", "购买人数太少"),
    "earns nothing more": ("earn nothing more together", "一起卖不多赚"),
    "no discount pays": ("without a discount that pays", "没有划算的折扣"),
    "no test shows it": ("gain too little for any test", "增益太小，试验无法验证"),
    "in another bundle": ("share an item with a better one", "与更好的组合重复"),
}
LAYOUT_CHANGES = {
    "stays": ("stays", "不变"),
    "moves": ("moves", "移位"),
    "new": ("new", "新上"),
    "empty": ("empty", "空置"),
}
LAYOUT_LEFT_OUT = {
    "not in the catalogue": ("not in the catalogue", "不在商品目录中"),
    "not on sale": ("not on sale", "未在售"),
    "for some ages only": ("for some ages only", "有年龄限制"),
    "requires another product": ("requires another product", "需先有其他商品"),
    "not sold on every channel of the page": ("not sold on every channel of the page", "未在该页面的全部渠道销售"),
    "no margin in the catalogue": ("no margin in the catalogue", "目录中无毛利"),
    "sold at a loss": ("sold at a loss", "亏本销售"),
    "never shown": ("never shown", "从未展示"),
    "not identified": ("not identified", "无法识别"),
    "no slot that it fits": ("no slot that it fits", "无合适展位"),
}
LAYOUT_VERDICTS = {
    "better": ("better", "更好"),
    "worse": ("worse", "更差"),
    "not shown": ("not shown", "差异不显著"),
    "same page": ("same page", "页面不变"),
    "not identified": ("not identified", "无法识别"),
    "too little evidence": ("too little evidence", "证据不足"),
}
MEASURES = {"clicks": ("Clicks", "点击"), "margin": ("Margin", "毛利")}
