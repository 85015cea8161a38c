//! What stands around an explanation: headings and the names of columns.

use crate::policy::{Decision, ReasonMethod, Source};
use crate::units::Locale;

/// The words of one locale.
pub(super) struct Words {
    pub(super) reasons: &'static str,
    pub(super) possible: &'static str,
    pub(super) contacts: &'static str,
    pub(super) checks: &'static str,
    pub(super) ask: &'static str,
    pub(super) fields: &'static str,
    pub(super) trace: &'static str,
    pub(super) policy: &'static str,
    pub(super) decisions: &'static str,
    pub(super) rules: &'static str,
    pub(super) effect: &'static str,
    pub(super) verdict: &'static str,
    pub(super) reason: &'static str,
    pub(super) score: &'static str,
    pub(super) ranking: &'static str,
    pub(super) base: &'static str,
    pub(super) baseline: &'static str,
    pub(super) class: &'static str,
    pub(super) points: &'static str,
    pub(super) contribution: &'static str,
    pub(super) withheld: &'static str,
    pub(super) facts: &'static str,
    pub(super) value: &'static str,
    pub(super) domain: &'static str,
    pub(super) source: &'static str,
    pub(super) derived: &'static str,
    pub(super) confidential: &'static str,
    pub(super) fires: [&'static str; 3],
    pub(super) missing: &'static str,
    pub(super) unknown: &'static str,
    pub(super) otherwise: &'static str,
    pub(super) case: &'static str,
    pub(super) to: &'static str,
    pub(super) colon: &'static str,
    decision: [&'static str; 4],
    source_of: [&'static str; 6],
    method: [&'static str; 4],
}

impl Words {
    pub(super) fn of(locale: Locale) -> &'static Words {
        match locale {
            Locale::ZhCn => &ZH,
            Locale::En => &EN,
        }
    }

    pub(super) fn decision(&self, decision: Decision) -> &'static str {
        self.decision[decision as usize]
    }

    pub(super) fn source_of(&self, source: Source) -> &'static str {
        self.source_of[source as usize]
    }

    pub(super) fn method(&self, method: ReasonMethod) -> &'static str {
        self.method[method as usize]
    }
}

static ZH: Words = Words {
    reasons: "原因",
    possible: "可能的原因",
    contacts: "可以找谁",
    checks: "还要核对",
    ask: "还想知道",
    fields: "填写有误",
    trace: "完整依据",
    policy: "依据的规则",
    decisions: "结果",
    rules: "逐条规则",
    effect: "触发后",
    verdict: "是否触发",
    reason: "原因",
    score: "评分",
    ranking: "原因的排序",
    base: "人人都有的基础分",
    baseline: "基准分",
    class: "所在的档",
    points: "得分",
    contribution: "比基准",
    withheld: "未列出的项目",
    facts: "用到的信息",
    value: "值",
    domain: "取值范围",
    source: "来源",
    derived: "由其他信息算出",
    confidential: "只给工作人员看",
    fires: ["触发了", "没有触发", "还不确定"],
    missing: "没有",
    unknown: "还不知道",
    otherwise: "其他情况",
    case: "情况",
    to: "至",
    colon: "：",
    decision: ["通过", "由工作人员看", "稍后再试", "不通过"],
    source_of: [
        "本人填写",
        "设备",
        "商城账号",
        "征信和第三方评分",
        "风险控制",
        "平台和市场",
    ],
    method: [
        "比平均申请人低的分，多的在前",
        "比最好一档低的分，多的在前",
        "比中性值低的分，多的在前",
        "比中性值高的分，多的在前",
    ],
};

static EN: Words = Words {
    reasons: "Reasons",
    possible: "Possible reasons",
    contacts: "Who to talk to",
    checks: "Still to be checked",
    ask: "Worth telling",
    fields: "To put right",
    trace: "Full trace",
    policy: "By the policy",
    decisions: "Result",
    rules: "Every rule",
    effect: "What it does",
    verdict: "Whether it fires",
    reason: "Reason",
    score: "Score",
    ranking: "How reasons are ranked",
    base: "Points that everybody has",
    baseline: "Baseline",
    class: "Class",
    points: "Points",
    contribution: "Against the baseline",
    withheld: "What is not listed",
    facts: "Facts that were used",
    value: "Value",
    domain: "Range of values",
    source: "Source",
    derived: "computed from others",
    confidential: "for staff only",
    fires: ["fires", "does not fire", "open"],
    missing: "none",
    unknown: "not known",
    otherwise: "none of the cases",
    case: "case",
    to: "to",
    colon: ": ",
    decision: ["approve", "refer to staff", "retry later", "decline"],
    source_of: [
        "applicant",
        "device",
        "account",
        "credit bureau and third parties",
        "fraud control",
        "platform and market",
    ],
    method: [
        "points below the mean applicant, most first",
        "points below the best class, most first",
        "points below a neutral value, most first",
        "points above a neutral value, most first",
    ],
};
