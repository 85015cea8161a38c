# A scorecard for validation on real rows, not a product.
likely-headline = The score is probably enough.
likely-detail = Whatever is not given yet does not change that.
cannot-tell-headline = It cannot be said yet.
cannot-tell-detail = It depends on what is not given yet.
would-fail-headline = The score is not enough.
would-fail-detail = Nothing that is not given yet would change that.
approve-headline = The score is enough.
approve-detail = It reaches the cutoff of this scorecard.
refer-headline = A person looks at it.
refer-detail = This scorecard itself never says so.
retry-later-headline = Please try again later.
retry-later-detail = This scorecard itself never says so.
decline-headline = The score is not enough.
decline-detail = It is below the cutoff of this scorecard; what cost the most points is listed below.
pre-check-note = This is an estimate, no decision, and leaves no trace.
short = { $headline }. The notice says more.
short-because = { $headline }: { $reason }. The notice says more.
contact-service = Whoever uses this scorecard.
contact-security = Whoever uses this scorecard.
decision-note = The rows are from a public data set of 2005; the result concerns nobody.

# What to do: each says what, and how far.

plan-raise = Raise { $fact } from { $from } to { $to }
plan-lower = Bring { $fact } down from { $from } to { $to }
plan-set = { $fact }: change it to “{ $to }”
plan-moves = { $fact } becomes { $to } with it
plan-reaches = Once this is done, it can go through under the current rules.
plan-reaches-checks = Once this is done, everything on your side is met; if the checks after you submit find nothing either, it can go through.
plan-possible = Once this is done, it may go through; it still depends on what has not been entered and on checks after you submit.
plan-from = This is enough from { $day } on.
plan-earliest = If nothing else changes, it can go through from { $day } on without you doing anything.
plan-reached = As things are, the requirements are met; nothing has to change.
plan-open = Nothing has to change for now; the result depends on what has not been entered and on checks after you submit.
plan-nothing = Nothing that you can change yourself would be enough for now. What stands in the way, and whom you can turn to, is written below.
plan-unknown = There is nothing for now that we can name and that would certainly be enough. What stands in the way, and whom you can turn to, is written below.
plan-note = This was worked out under the current rules and is not a promise; if the rules or your circumstances change, so does the result. Please enter what is true.

fact-LIMIT-BAL = Credit limit
fact-EDUCATION = Education
    .E0 = not documented
    .E1 = graduate school
    .E2 = university
    .E3 = high school
    .E4 = other
    .E5 = not documented
    .E6 = not documented
fact-PAY-0 = Repayment status, September
fact-PAY-2 = Repayment status, August
fact-PAY-3 = Repayment status, July
fact-PAY-4 = Repayment status, June
fact-UTIL-AVG6 = Mean use of the limit over six months
fact-PAY-AMT1 = Paid in September
fact-PAY-AMT2 = Paid in August
fact-PAY-AMT3 = Paid in July
