# 结论。每条都必须说清“发生了什么”，不说空话。

likely-headline = 按你填的情况，很可能可以开通
likely-detail = 你填的都符合要求。提交后还要核对几项你没法自己填的内容，结果以核对后为准。
cannot-tell-headline = 现在还说不准
cannot-tell-detail = 结果要看还没填的内容和提交后的核对，也可能要由工作人员看一看。会影响结果的地方都列在下面。
would-fail-headline = 按现在的情况，还不能开通
would-fail-detail = 卡在哪一条、可以怎么办，都写在下面。如果有填错的，改过来就会重新判断。
approve-headline = 白条已经开通
approve-detail = 下单时选择用白条付款就可以了。请量力使用，按时还款。
refer-headline = 要由工作人员看一看
refer-detail = 这不是拒绝，为什么要人来看写在下面。看完会告诉你结果，你想补充什么情况，也可以告诉客服。
retry-later-headline = 这次还没有结果，请稍后再试
retry-later-detail = 有信息暂时查不到。这不是你的原因，也不会算在你身上；过一两个小时再提交一次就行。
decline-headline = 这次没能开通
decline-detail = 原因和可以怎么办，都逐条写在下面。

# 结论下面的话。

pre-check-note = 这只是提前看一看，不是审批结果，也不影响征信记录。
decision-note = 觉得结果不对，可以在“帮助中心”或拨打客服热线，说明情况、补充材料，请工作人员再看一次。你也可以要求由人来决定，而不是只由电脑决定。

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

# 商城账号里的情况。

fact-account-age-days = 账号注册天数
fact-orders-12m = 近 12 个月的订单数

# 只有服务器才有的情况。

fact-overdue-12m = 近 12 个月的逾期还款次数
    .unavailable = 暂时查不到
fact-zhima-score = 芝麻分
    .unavailable = 暂时查不到
fact-inquiries-3m = 近 3 个月因借款、办卡查征信的次数
    .unavailable = 暂时查不到
fact-identity-match = 姓名、身份证号和手机号是否一致
    .match = 一致
    .mismatch = 不一致
    .unavailable = 暂时查不到
fact-applications-24h = 24 小时内的申请次数
fact-login-places-7d = 7 天内的登录地点数
