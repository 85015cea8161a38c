# 这是给真实数据做验证用的评分卡，不是产品。
likely-headline = 按已知情况，评分很可能够。
likely-detail = 还没有提供的项目按各种可能来看，结论都一样。
cannot-tell-headline = 现在还说不准。
cannot-tell-detail = 结果取决于还没有提供的项目。
would-fail-headline = 按已知情况，评分不够。
would-fail-detail = 还没有提供的项目怎样都改变不了这个结论。
approve-headline = 评分够了。
approve-detail = 评分达到了这份评分卡的门槛。
refer-headline = 需要人工看一下。
refer-detail = 这份评分卡本身不会给出这个结论。
retry-later-headline = 请稍后再试。
retry-later-detail = 这份评分卡本身不会给出这个结论。
decline-headline = 评分不够。
decline-detail = 评分低于这份评分卡的门槛，下面是扣分最多的项目。
pre-check-note = 这只是估算，不是决定，也不会留下记录。
short = { $headline }。详情见说明。
short-because = { $headline }：{ $reason }。详情见说明。
contact-service = 评分卡的使用者。
contact-security = 评分卡的使用者。
decision-note = 数据来自 2005 年的公开数据集，这里的结论与任何人无关。

# 能做什么：每句话都要说清楚做什么、到什么程度。

plan-raise = 把{ $fact }从 { $from }提高到 { $to }
plan-lower = 把{ $fact }从 { $from }降到 { $to }
plan-set = { $fact }：变为“{ $to }”
plan-moves = { $fact }会随之变为 { $to }
plan-reaches = 做到以上这些，按现在的规则就能通过。
plan-reaches-checks = 做到以上这些，你这边的条件就都满足了；提交后的核对也没有问题，就能通过。
plan-possible = 做到以上这些，就有可能通过；还要看没有填写的内容和提交后的核对。
plan-from = 从 { $day } 起这样做才够。
plan-earliest = 其他情况不变的话，什么都不用做，从 { $day } 起就能通过。
plan-reached = 现在的情况已经满足要求，不需要改变什么。
plan-open = 目前没有必须改变的；结果要看没有填写的内容和提交后的核对。
plan-nothing = 你自己能改变的事，目前都不足以让结果不同。挡住的原因写在下面，也写明了可以找谁。
plan-unknown = 目前没有我们说得出、又肯定足够的办法。挡住的原因写在下面，也写明了可以找谁。
plan-note = 以上按当前规则推算，不是承诺；规则或情况变了，结果也会变。资料请如实填写。

fact-LIMIT-BAL = 信用额度
fact-EDUCATION = 学历
    .E0 = 未说明
    .E1 = 研究生
    .E2 = 大学
    .E3 = 高中
    .E4 = 其他
    .E5 = 未说明
    .E6 = 未说明
fact-PAY-0 = 九月的还款状态
fact-PAY-2 = 八月的还款状态
fact-PAY-3 = 七月的还款状态
fact-PAY-4 = 六月的还款状态
fact-UTIL-AVG6 = 六个月平均额度使用率
fact-PAY-AMT1 = 九月还款额
fact-PAY-AMT2 = 八月还款额
fact-PAY-AMT3 = 七月还款额
