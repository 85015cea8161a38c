# 结论。每条都必须说清“发生了什么”，不说空话。
# 先是通用的说法，再是各个场景自己的说法；场景没有写的，用通用的。

likely-headline = 按现在的情况，很可能可以办理
likely-detail = 你这边都符合要求。提交后还要核对几项你没法自己填的内容，结果以核对后为准。
cannot-tell-headline = 现在还说不准
cannot-tell-detail = 结果要看还没填的内容和提交后的核对，也可能要由工作人员看一看。会影响结果的地方都列在下面。
would-fail-headline = 按现在的情况，还不能办理
would-fail-detail = 卡在哪一条、可以怎么办，都写在下面。如果有填错的，改过来就会重新判断。
approve-headline = 已经办好了
approve-detail = 不用再做什么。
refer-headline = 要由工作人员看一看
refer-detail = 这不是拒绝，为什么要人来看写在下面。看完会告诉你结果，你想补充什么情况，也可以告诉客服。
retry-later-headline = 这次还没有办成，请稍后再试
retry-later-detail = 为什么、什么时候可以再试，都写在下面。这不是拒绝，你填过的内容也不会白填。
decline-headline = 这次没能办成
decline-detail = 原因和可以怎么办，都逐条写在下面。

# 额度。

limit-decided = 额度是 { $limit }。
limit-exact = 如果办成，额度是 { $limit }。
limit-range = 如果办成，额度在 { $least }到 { $most }之间，要看还没填的内容和提交后的核对。

# 结论下面的话。

pre-check-note = 这只是提前看一看，不是审批结果，也不影响征信记录。
decision-note = 觉得结果不对，可以在“帮助中心”或拨打客服热线，说明情况、补充材料，请工作人员再看一次。你也可以要求由人来决定，而不是只由电脑决定。

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

# 怎么还：还多少、哪天还、要花多少钱。

repay-full = 最晚 { $day }一次还清 { $amount }，不收费用
repay-split = 分 { $count } 期还，一共还 { $amount }，其中费用 { $fee }
repay-part = 最晚 { $day }还 { $amount }，其中费用 { $fee }
repay-yearly = 综合年化成本 { $rate }（单利，已包含全部费用）
repay-late = 过了还款日还没有还的部分，从第二天起每天按 { $rate } 收取违约金，还清就停。

# 短信里的一句话：结论、最重要的原因、去哪里看。最多 70 个字，编译时会逐条量过。

short = { $headline }。详情请看应用里的“消息”。
short-because = { $headline }。原因：{ $reason }。怎么办请看应用里的“消息”。
activation-approve-short = 白条申请通过了，额度 { $limit }
limit-review-approve-short = 额度可以提高，最高到 { $limit }，要不要提高由你决定
portfolio-short = { $headline }。详情请看资产池后台。
portfolio-short-because = { $headline }。原因：{ $reason }。详情请看资产池后台。

# 原因下面的话：哪天起就好了，可以找谁。

until = { $day }起，这一条就不再有影响。
contact-service = 客服热线，或者“帮助中心”的在线客服。
contact-security = 客服热线，说明是安全方面的事；核实是你本人以后，由专人处理。
contact-record = 中国人民银行征信中心，记录有错可以提异议；也可以找报送这条记录的机构。
portfolio-contact-service = 资产池管理人。

# 开通。

activation-likely-headline = 按你填的情况，很可能可以开通
activation-likely-detail = 你填的都符合要求。提交后还要核对几项你没法自己填的内容，结果以核对后为准。
activation-would-fail-headline = 按现在的情况，还不能开通
activation-approve-headline = 白条申请通过了
activation-approve-detail = 手机收到激活链接的话，先点开激活；没有收到，下单时直接选白条付款就可以。请量力使用，按时还款。
activation-limit-decided = 你的额度是 { $limit }，用多少、什么时候用，由你决定。
activation-limit-exact = 如果开通，额度是 { $limit }。
activation-limit-range = 如果开通，额度在 { $least }到 { $most }之间，具体多少，提交后核对完会告诉你。
activation-retry-later-headline = 这次还没有结果，请稍后再试
activation-retry-later-detail = 为什么、什么时候可以再试，都写在下面。这不是你的原因，也不会算在你身上，填过的内容不用改。
activation-decline-headline = 这次没能开通

# 激活。

link-activation-likely-headline = 看起来可以激活
link-activation-likely-detail = 这边都准备好了，填好短信验证码就能激活。
link-activation-would-fail-headline = 用这个链接还激活不了
link-activation-would-fail-detail = 原因和可以怎么办，都写在下面。已经通过的审批不会因此失效。
link-activation-approve-headline = 激活成功，白条可以用了
link-activation-approve-detail = 下单时选择用白条付款就可以了。最长 60 天内还不收费用，也可以分 3 期还。
link-activation-refer-headline = 要由工作人员确认是你本人
link-activation-retry-later-headline = 这次没能激活，之后可以再试
link-activation-retry-later-detail = 为什么没成、怎么再试，都写在下面。审批结果还在，不用重新申请。
link-activation-decline-headline = 这个链接用不上
link-activation-pre-check-note = 这只是提前看一看，还没有激活，也不影响征信记录。

# 会员。

membership-likely-headline = 很可能可以领取这个会员
membership-would-fail-headline = 按现在的情况，还不能领取
membership-would-fail-detail = 原因和可以怎么办，都写在下面。没有扣费。
membership-approve-headline = 会员领取成功
membership-approve-detail = 权益马上就能用，在“我的会员”里可以看到。会费以页面上写的为准，不会多扣。
membership-refer-detail = 这不是拒绝，也还没有扣费，为什么要人来看写在下面。看完会告诉你结果。
membership-retry-later-headline = 现在还领不了，请稍后再来
membership-retry-later-detail = 为什么、什么时候可以再领，都写在下面。没有扣费，这也不是拒绝。
membership-decline-headline = 这次没能领取
membership-decline-detail = 没有扣费。原因和可以怎么办，都逐条写在下面。
membership-pre-check-note = 这只是提前看一看，没有扣费，也不影响征信记录。

# 额度调整。

limit-review-likely-headline = 按现在的情况，额度很可能可以提高
limit-review-likely-detail = 这边都符合要求。评估时还要核对几项你看不到的内容，结果以评估后为准。
limit-review-would-fail-headline = 按现在的情况，额度还不能提高
limit-review-would-fail-detail = 哪几项有影响、可以怎么办，都写在下面。
limit-review-approve-headline = 额度可以提高
limit-review-approve-detail = 你的使用和还款情况都不错。要不要提高由你决定，请量力使用。
limit-review-limit-decided = 最高可以提到 { $limit }；现在的额度已经更高的，保持不变。
limit-review-limit-exact = 如果可以提高，最高能到 { $limit }；现在的额度已经更高的，保持不变。
limit-review-limit-range = 如果可以提高，最高能到 { $least }到 { $most }之间，具体多少，评估完会告诉你；现在的额度已经更高的，保持不变。
limit-review-refer-headline = 额度先不变，由工作人员看一看
limit-review-retry-later-headline = 额度保持不变
limit-review-retry-later-detail = 这次没有提高，也没有降低，原因写在下面。下一次评估会按那时的情况重新看。
limit-review-decline-headline = 额度要调低，或者先暂停使用
limit-review-decline-detail = 是哪几条原因、怎样可以恢复，都逐条写在下面。已有的账单不变，照常还就好。
limit-review-changes-limit-lowered = 最高可以提到的额度，上次是 { $before }，这次是 { $after }；现在的额度已经更高的，保持不变。
limit-review-changes-limit-raised = 最高可以提到的额度，上次是 { $before }，这次是 { $after }。要不要提高由你决定。
limit-review-changes-effect-lowered = 最高可以提到的额度因此少了 { $amount }。
limit-review-changes-effect-raised = 最高可以提到的额度因此多了 { $amount }。
limit-review-decision-note = 觉得不对，可以申请额度复议：说明情况、补充材料，请工作人员再看一次。你也可以要求由人来决定，而不是只由电脑决定。

# 复议。

appeal-likely-headline = 复议很可能可以通过
appeal-likely-detail = 材料读出来、核对一致，就会按新的情况重新看。
appeal-would-fail-headline = 按现在的情况，复议还不能受理
appeal-approve-headline = 复议通过了
appeal-approve-detail = 会按你补充的情况重新处理：申请的继续办理，调低的恢复，冻结的解除。谢谢你花时间说明。
appeal-refer-headline = 由工作人员来看你的复议
appeal-refer-detail = 会有人认真看你写的和交的每一样，看完告诉你结果和理由。
appeal-retry-later-headline = 复议还开着，差一步
appeal-retry-later-detail = 差什么、怎么补，都写在下面。补上以后接着看，不用重新申请。
appeal-decline-headline = 这次复议没有通过
appeal-decline-detail = 原来的结果先不变。为什么、还可以怎么办，都逐条写在下面。
appeal-decision-note = 你可以要求由人来决定，而不是只由电脑决定。对处理不满意，可以拨打客服热线投诉，也可以向金融监管部门反映。

# 关闭。

closure-likely-headline = 看起来可以关闭
closure-likely-detail = 都结清了，确认是你本人以后就能关闭。
closure-would-fail-headline = 现在还不能关闭
closure-approve-headline = 可以关闭
closure-approve-detail = 确认以后白条就关闭了，不收任何费用。以后想用，随时可以重新申请，这次关闭不会影响征信记录。
closure-refer-headline = 由工作人员帮你办关闭
closure-refer-detail = 不是不让你关。为什么要人来办写在下面，很快会联系你。
closure-retry-later-headline = 现在还关不了，请稍后再来
closure-retry-later-detail = 为什么、什么时候可以再来，都写在下面。你想关闭这件事，我们记下了。
closure-decline-headline = 这次没有关闭
closure-decline-detail = 为什么写在下面。有要处理的，处理好马上就能再来。
closure-pre-check-note = 这只是提前看一看，白条还没有关闭，也不影响征信记录。
closure-decision-note = 有疑问可以在“帮助中心”或拨打客服热线，请工作人员帮你办。你也可以要求由人来决定，而不是只由电脑决定。

# 支付。

checkout-likely-headline = 这一单可以用白条
checkout-likely-detail = 付款前会把还款计划给你看：什么时候还、每次还多少。确认以后才会下单。
checkout-would-fail-headline = 这一单还不能用白条
checkout-would-fail-detail = 原因和可以怎么办，都写在下面。也可以换其他方式付款。
checkout-approve-headline = 这一单可以用白条
checkout-approve-detail = 请看一眼还款计划，确认以后就下单了。到期前会提醒你还款。
checkout-refer-headline = 这一单先确认一下
checkout-refer-detail = 还没有扣款。为什么要确认写在下面，很快就好；着急的话，可以换其他方式付款。
checkout-retry-later-headline = 现在还不能用白条付这一单
checkout-retry-later-detail = 没有扣款，订单给你留着。为什么、什么时候可以再付，都写在下面；着急的话，可以换其他方式付款。
checkout-decline-headline = 这一单不能用白条
checkout-decline-detail = 没有扣款，可以换其他方式付款。原因和可以怎么办，都逐条写在下面。
checkout-pre-check-note = 这只是提前看一看，还没有扣款，也不影响征信记录。

# 资产池，给管理资产的人看。

portfolio-likely-headline = 很可能符合入池条件
portfolio-likely-detail = 已知的数据都符合，其余的以基准日的数据为准。
portfolio-would-fail-headline = 按已知的数据，不符合入池条件
portfolio-would-fail-detail = 不符合哪几条，写在下面。
portfolio-approve-headline = 符合入池条件
portfolio-approve-detail = 这条白条的应收款可以入池。客户的额度和还款都不受影响。
portfolio-refer-headline = 由资产池管理人看过再定
portfolio-refer-detail = 要看什么写在下面，看过并注明以后再决定是否入池。
portfolio-retry-later-headline = 本次先不入池
portfolio-retry-later-detail = 原因写在下面，下一个基准日会重新看。
portfolio-decline-headline = 不符合入池条件
portfolio-decline-detail = 不符合哪几条，写在下面。客户的额度和还款不因此变化。
portfolio-pre-check-note = 这只是按已知数据的估计，不是入池决定。
portfolio-decision-note = 对结果有疑问的，由资产池管理人复核并留下记录。

# 要问申请人的情况。

fact-birth-date = 出生日期
    .question = 你的出生日期是哪一天？填写身份证号就能得出。
fact-age = 年龄
fact-monthly-income = 月收入
    .question = 你平均每月收入多少元？工资、兼职、经营收入和养老金都算。
fact-employment = 工作情况
    .question = 你现在的工作情况是哪一种？
    .employed = 在职
    .self-employed = 自己经营
    .freelance = 自由职业
    .student = 在校学生
    .retired = 已退休
    .none = 目前没有工作
fact-monthly-debt = 每月还款
    .question = 你每月在别处一共要还多少元？房贷、车贷、信用卡和其他借款都算，没有就填 0。
fact-debt-share = 还款占收入的比例
fact-tier = 会员种类
    .question = 你想领取哪一种会员？
    .basic = 基础会员
    .plus = PLUS 会员
fact-instalments = 怎么还
    .question = 这一单你想怎么还？
    .once = 一次还清
    .three = 分 3 期还
fact-appeal-about = 复议的事情
    .question = 你想请我们再看哪一件事？
    .refused = 申请没有通过
    .limit-lowered = 额度被调低
    .frozen = 白条被冻结
fact-new-material = 补充的材料
    .question = 这次你补充了什么？
    .none = 没有补充
    .statement = 文字说明
    .income = 收入证明
    .repayment = 还清凭证
    .correction = 更正后的征信记录

# 页面在设备上看到的情况。

fact-browser-supported = 浏览器能显示安全页面
fact-network = 网络情况
    .stable = 稳定
    .unstable = 断断续续
    .offline = 没有连上
fact-clock = 设备的时间
    .right = 准确
    .wrong = 和实际时间差得多

# 商城账号里的情况。

fact-account-age-days = 账号注册天数
fact-region = 常用收货地址所在的省
    .guangdong = 广东
    .fujian = 福建
    .elsewhere = 其他地区
fact-orders-12m = 近 12 个月的订单数
fact-average-order = 近 12 个月的平均每单金额
fact-return-rate = 近 12 个月的退货比例
fact-monthly-spend = 平均每月消费
fact-profile-gap = 个人资料里待补的一项
    .none = 都填好了
    .name-or-id = 姓名或证件号
    .phone = 手机号
    .address = 地址

# 白条的情况。

fact-line-kind = 额度种类
    .standard = 标准额度
    .starter = 起步额度
fact-line-state = 白条的状态
    .none = 没有开通
    .approved = 已通过、待激活
    .open = 正常使用中
    .frozen = 暂时冻结
    .closed = 已关闭
fact-line-age-days = 白条开通天数
fact-freeze-days-left = 冻结还剩的天数
fact-link-state = 激活链接的状态
    .valid = 有效
    .expired = 已过期
    .used = 已用过
fact-membership = 现有的会员
    .none = 没有会员
    .basic = 基础会员
    .plus = PLUS 会员
fact-line-balance = 白条未还的金额
fact-line-overdue-days = 白条逾期的天数
fact-line-overdue-amount = 白条逾期的金额
fact-on-time-share = 白条账单按时还清的比例
fact-limit-use = 近 3 个月平均用掉的额度
fact-refund-pending = 有退款还没到账

# 订单的情况。

fact-order-amount = 订单金额
fact-order-items = 订单件数
fact-scene = 在哪里下单
    .mall = 商城
    .affiliate = 合作商家
    .outside = 其他地方

# 复议和关闭的情况。

fact-decided-days-ago = 结果出来的天数
fact-appeals-90d = 近 90 天的复议次数
fact-requested-by = 谁提出的关闭
    .user = 你自己
    .agent = 客服代办
    .platform = 平台

# 只有服务器才有的情况。

fact-limit-lowered-by = 额度调低的缘由
    .nobody = 没有调低
    .review = 正常评估
    .module-fault = 模块出错
    .policy = 标准收紧
fact-material-check = 材料核对
    .none = 还没有材料
    .fits = 一致
    .differs = 不一致
    .unreadable = 看不清
fact-overdue-12m = 近 12 个月的逾期还款次数
    .unavailable = 暂时查不到
fact-other-adverse = 征信里的其他不良记录
    .none = 没有
    .court-order = 未执行的判决
    .written-off = 呆账
    .unavailable = 暂时查不到
fact-zhima-score = 芝麻分
    .unavailable = 暂时查不到
fact-inquiries-3m = 近 3 个月因借款、办卡查征信的次数
    .unavailable = 暂时查不到
fact-online-loans-6m = 近 6 个月有新借款的网贷平台数
    .unavailable = 暂时查不到
fact-identity-match = 姓名、身份证号和手机号是否一致
    .match = 一致
    .mismatch = 不一致
    .unavailable = 暂时查不到
fact-applications-24h = 24 小时内的申请次数
fact-login-places-7d = 7 天内的登录地点数
fact-unusual-login = 登录地点不寻常
fact-new-device = 新设备
fact-via-proxy = 使用代理或 VPN
fact-code-check = 短信验证码
    .passed = 通过
    .wrong = 不对
    .expired = 已过期
    .unavailable = 暂时没法核对
fact-face-check = 刷脸
    .passed = 通过
    .failed = 没有认出
    .not-done = 还没做
fact-activation-tries = 一小时内填错验证码的次数
fact-activation-seconds = 从打开链接到提交的秒数
fact-small-orders-7d = 7 天内的小额订单数
fact-resale-share = 易转卖商品的占比
fact-risk-module = 风险模块评分
    .withdrawn = 已撤回
fact-platform-state = 平台系统
    .normal = 正常
    .busy = 繁忙
    .fault = 故障
fact-payment-gateway = 支付通道
    .answering = 正常
    .silent = 没有回应
fact-records = 各系统的信息
    .in-step = 一致
    .behind = 还在同步
fact-today = 今天
fact-stance = 审核标准
    .usual = 正常
    .tightened = 收紧
fact-economy = 经济形势
    .steady = 平稳
    .downturn = 放缓
fact-funding = 本期可放的额度
    .ample = 有余
    .exhausted = 已满

# 哪些情况必须一起成立。填的内容互相矛盾时，就说这一句。
impossible-overdue-days-and-amount = 逾期的天数和逾期的金额要么都是零，要么都大于零，请核对这两项。
impossible-overdue-within-balance = 逾期的金额也算在未还的金额里：有逾期，未还的金额就不会是零，请核对这两项。
impossible-orders-and-their-mean = 近 12 个月有订单，才有平均每单金额和退货比例，两项会同时有或同时没有，请核对这两项。
