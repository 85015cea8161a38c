# Results. Each must say what happened; no empty phrases.
# First what is said in general, then what scenarios say in their own words.

likely-headline = As things are, this can probably be done
likely-detail = Everything on your side meets the requirements. After you submit, we still check a few things that you cannot enter yourself; the result is only certain after that.
cannot-tell-headline = It is too early to say
cannot-tell-detail = The result depends on what has not been entered yet and on checks after you submit; a member of staff may also have to look. Everything that may matter is listed below.
would-fail-headline = As things are now, this cannot be done yet
would-fail-detail = What stands in the way, and what you can do, is written below. If something was entered wrongly, correct it and it will be judged again.
approve-headline = It is done
approve-detail = There is nothing more to do.
refer-headline = A member of staff will take a look
refer-detail = This is not a refusal; why a person has to look is written below. You will be told the result, and you can let customer service know anything you would like to add.
retry-later-headline = Not done this time, please try again later
retry-later-detail = Why, and when you can try again, is written below. It is no refusal, and what you entered is not lost.
decline-headline = It could not be done this time
decline-detail = The reasons, and what you can do, are written below one by one.

# The limit.

limit-decided = The limit is { $limit }.
limit-exact = If this works out, the limit is { $limit }.
limit-range = If this works out, the limit is between { $least } and { $most }, depending on what has not been entered yet and on checks after you submit.

# Said below a result.

pre-check-note = This is only a look ahead: it is not a decision and does not touch your credit record.
decision-note = If you think the result is wrong, use the help centre or call the customer service hotline to explain, add documents and have a member of staff take another look. You can also ask that a person decides, not only the computer.

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

# Paying back: how much, by which day, and what it costs.

repay-full = Pay { $amount } back at once by { $day }, without any fee
repay-split = Pay back in { $count } parts, { $amount } together, of which { $fee } is the fee
repay-part = { $amount } by { $day }, of which { $fee } is the fee
repay-yearly = Yearly cost { $rate } (simple interest, all fees included)
repay-late = What is not paid by its day costs { $rate } of it a day from the next day on, until it is paid.

# One sentence for a text message: the result, the weightiest reason, where to read on. The compiler measures all of them.

short = { $headline }. More in your app messages.
short-because = { $headline }. Reason: { $reason }. See your app messages for what to do.
activation-approve-short = Your credit line is approved, with a limit of { $limit }
limit-review-approve-short = Your limit can go up to { $limit }; whether it does is your choice
portfolio-short = { $headline }. More in the pool’s back office.
portfolio-short-because = { $headline }. Reason: { $reason }. More in the pool’s back office.

# Said below a reason: from which day on it is over, and who to talk to.

until = From { $day } on, this no longer matters.
contact-service = The customer service hotline, or the chat in the help centre.
contact-security = The customer service hotline: say that it is about security, and once it is clear that it is you, a specialist takes over.
contact-record = The Credit Reference Center of the People’s Bank of China, where an entry can be disputed, or whoever reported the entry.
portfolio-contact-service = The pool’s manager.

# Opening the line.

activation-likely-headline = From what you entered, the credit line can probably be opened
activation-likely-detail = Everything you entered meets the requirements. After you submit, we still check a few things that you cannot enter yourself; the result is only certain after that.
activation-would-fail-headline = As things are now, the credit line cannot be opened yet
activation-approve-headline = Your credit line is approved
activation-approve-detail = If a link to activate it comes to your phone, open that first; if none does, just choose the credit line as the way to pay when you place an order. Please spend within your means and repay on time.
activation-limit-decided = Your limit is { $limit }; how much of it you use, and when, is up to you.
activation-limit-exact = If the line is opened, your limit is { $limit }.
activation-limit-range = If the line is opened, your limit is between { $least } and { $most }; we tell you the amount once the checks after you submit are done.
activation-retry-later-headline = No result yet this time, please try again later
activation-retry-later-detail = Why, and when you can try again, is written below. It is not because of you and not held against you; nothing you entered has to change.
activation-decline-headline = The credit line could not be opened this time

# Activating by link.

link-activation-likely-headline = It looks as if the line can be activated
link-activation-likely-detail = Everything here is ready; enter the code from the text message and the line is active.
link-activation-would-fail-headline = This link cannot activate the line yet
link-activation-would-fail-detail = The reason, and what you can do, is written below. Your approval stays valid.
link-activation-approve-headline = Activated: you can use your credit line
link-activation-approve-detail = Just choose it as the way to pay when you place an order. Paying back within 60 days is free, and 3 instalments are possible too.
link-activation-refer-headline = A member of staff confirms that it is you
link-activation-retry-later-headline = Not activated this time; you can try again
link-activation-retry-later-detail = Why it did not work, and how to try again, is written below. Your approval stays; there is no need to apply again.
link-activation-decline-headline = This link cannot be used
link-activation-pre-check-note = This is only a look ahead: nothing has been activated, and your credit record is not touched.

# Memberships.

membership-likely-headline = This membership can probably be claimed
membership-would-fail-headline = As things are now, it cannot be claimed yet
membership-would-fail-detail = The reason, and what you can do, is written below. Nothing has been charged.
membership-approve-headline = The membership is yours
membership-approve-detail = Its benefits work right away; you find them under “My membership”. The fee is what the page says, and no more.
membership-refer-detail = This is not a refusal, and nothing has been charged; why a person has to look is written below. You will be told the result.
membership-retry-later-headline = It cannot be claimed just now, please come back later
membership-retry-later-detail = Why, and when you can claim it, is written below. Nothing has been charged, and it is no refusal.
membership-decline-headline = The membership could not be claimed this time
membership-decline-detail = Nothing has been charged. The reasons, and what you can do, are written below one by one.
membership-pre-check-note = This is only a look ahead: nothing has been charged, and your credit record is not touched.

# Reviewing the limit.

limit-review-likely-headline = As things are, the limit can probably go up
limit-review-likely-detail = Everything here meets the requirements. The review still checks a few things that you cannot see; the result is only certain after that.
limit-review-would-fail-headline = As things are now, the limit cannot go up yet
limit-review-would-fail-detail = What matters, and what you can do, is written below.
limit-review-approve-headline = Your limit can go up
limit-review-approve-detail = You use and repay your line well. Whether it goes up is your choice; please spend within your means.
limit-review-limit-decided = It can go up to { $limit }; a limit that is higher already stays as it is.
limit-review-limit-exact = If the limit can go up, then to { $limit } at most; one that is higher already stays as it is.
limit-review-limit-range = If the limit can go up, then to between { $least } and { $most } at most, which the review will tell; one that is higher already stays as it is.
limit-review-refer-headline = The limit stays as it is while a member of staff takes a look
limit-review-retry-later-headline = Your limit stays as it is
limit-review-retry-later-detail = It has gone neither up nor down this time; the reasons are written below. The next review goes by how things are then.
limit-review-decline-headline = Your limit goes down, or new use is paused
limit-review-decline-detail = The reasons, and how to get it back, are written below one by one. Bills that you have do not change; just pay them as usual.
limit-review-changes-limit-lowered = The most that the limit can become was { $before } last time and is { $after } now; a limit that is higher already stays as it is.
limit-review-changes-limit-raised = The most that the limit can become was { $before } last time and is { $after } now. Whether it goes up is your choice.
limit-review-changes-effect-lowered = Because of this it can become { $amount } less.
limit-review-changes-effect-raised = Because of this it can become { $amount } more.
limit-review-decision-note = If you think it is wrong, you can appeal: explain, add documents and have a member of staff take another look. You can also ask that a person decides, not only the computer.

# Appeals.

appeal-likely-headline = The appeal can probably be granted
appeal-likely-detail = Once the material has been read and fits, we look again by how things are now.
appeal-would-fail-headline = As things are now, the appeal cannot be taken up yet
appeal-approve-headline = Your appeal is granted
appeal-approve-detail = We go by what you added: an application goes on, a limit that was lowered comes back, a freeze is lifted. Thank you for taking the time to explain.
appeal-refer-headline = A member of staff reads your appeal
appeal-refer-detail = Somebody will carefully read everything that you wrote and sent, and tell you the result and why.
appeal-retry-later-headline = Your appeal is open; one step is missing
appeal-retry-later-detail = What is missing, and how to add it, is written below. It goes on from there; there is no need to appeal again.
appeal-decline-headline = The appeal was not granted this time
appeal-decline-detail = The earlier result stays for now. Why, and what else you can do, is written below one by one.
appeal-decision-note = You can ask that a person decides, not only the computer. If you are unhappy with how it was handled, you can complain through the customer service hotline, or turn to the financial regulator.

# Closing.

closure-likely-headline = It looks as if the line can be closed
closure-likely-detail = Everything is settled; once it is confirmed that it is you, the line can be closed.
closure-would-fail-headline = The line cannot be closed yet
closure-approve-headline = The line can be closed
closure-approve-detail = Once you confirm, it is closed, free of charge. You can apply again whenever you like, and closing it does not touch your credit record.
closure-refer-headline = A member of staff closes it with you
closure-refer-detail = Nobody wants to keep you from closing it. Why a person has to help is written below, and you will be contacted soon.
closure-retry-later-headline = It cannot be closed just now, please come back later
closure-retry-later-detail = Why, and when you can come back, is written below. We have noted that you would like to close it.
closure-decline-headline = The line was not closed this time
closure-decline-detail = Why is written below. If something has to be settled, you can come back right after that.
closure-pre-check-note = This is only a look ahead: the line has not been closed, and your credit record is not touched.
closure-decision-note = If you have questions, use the help centre or call the customer service hotline and let a member of staff help you. You can also ask that a person decides, not only the computer.

# Paying an order.

checkout-likely-headline = You can pay for this order with the credit line
checkout-likely-detail = Before you pay you will see the plan: when to pay back, and how much each time. The order is placed only once you confirm.
checkout-would-fail-headline = This order cannot be paid with the credit line yet
checkout-would-fail-detail = The reason, and what you can do, is written below. You can also pay in another way.
checkout-approve-headline = You can pay for this order with the credit line
checkout-approve-detail = Take a look at the plan for paying back; the order is placed once you confirm. We remind you before each payment is due.
checkout-refer-headline = This order is confirmed first
checkout-refer-detail = Nothing has been charged. Why it is confirmed is written below, and it will not take long; if it is urgent, you can pay in another way.
checkout-retry-later-headline = This order cannot be paid with the credit line just now
checkout-retry-later-detail = Nothing has been charged, and the order is kept for you. Why, and when you can pay, is written below; if it is urgent, you can pay in another way.
checkout-decline-headline = This order cannot be paid with the credit line
checkout-decline-detail = Nothing has been charged, and you can pay in another way. The reasons, and what you can do, are written below one by one.
checkout-pre-check-note = This is only a look ahead: nothing has been charged, and your credit record is not touched.

# The pool, for those who manage it.

portfolio-likely-headline = Probably eligible for the pool
portfolio-likely-detail = What is known fits; the rest is decided by the data of the day of reckoning.
portfolio-would-fail-headline = By what is known, not eligible for the pool
portfolio-would-fail-detail = What does not fit is written below.
portfolio-approve-headline = Eligible for the pool
portfolio-approve-detail = What is owed on this line may go into the pool. Nothing changes for the customer.
portfolio-refer-headline = The pool’s manager looks first
portfolio-refer-detail = What to look at is written below; whether it goes in is decided and noted after that.
portfolio-retry-later-headline = Not in the pool this time
portfolio-retry-later-detail = The reason is written below; the next day of reckoning looks again.
portfolio-decline-headline = Not eligible for the pool
portfolio-decline-detail = What does not fit is written below. The customer’s limit and bills do not change because of it.
portfolio-pre-check-note = This is an estimate by what is known, not a decision about the pool.
portfolio-decision-note = Where the result is in doubt, the pool’s manager checks it again and keeps a record.

# What the applicant is asked.

fact-birth-date = Date of birth
    .question = When were you born? Your ID number tells us.
fact-age = Age
fact-monthly-income = Monthly income
    .question = How many yuan do you earn a month on average? Wages, side jobs, business income and pensions all count.
fact-employment = Work
    .question = Which of these describes your work now?
    .employed = Employed
    .self-employed = Self-employed
    .freelance = Freelance
    .student = Student
    .retired = Retired
    .none = Not working at present
fact-monthly-debt = Monthly repayments
    .question = How many yuan do you repay elsewhere each month in total? Mortgage, car loan, credit cards and other loans all count; enter 0 if there are none.
fact-debt-share = Share of income that goes into repayments
fact-tier = Kind of membership
    .question = Which membership would you like?
    .basic = Basic membership
    .plus = PLUS membership
fact-instalments = How to pay back
    .question = How would you like to pay back this order?
    .once = At once
    .three = In 3 instalments
fact-appeal-about = What the appeal is about
    .question = Which matter should we look at again?
    .refused = An application that was refused
    .limit-lowered = A limit that was lowered
    .frozen = A line that was frozen
fact-new-material = What you added
    .question = What have you added this time?
    .none = Nothing
    .statement = An explanation in words
    .income = Proof of income
    .repayment = Proof of what was paid off
    .correction = A corrected credit record

# What the page sees on the device.

fact-browser-supported = The browser can show the secure page
fact-network = Network
    .stable = Stable
    .unstable = Breaking off
    .offline = Not connected
fact-clock = Time on the device
    .right = Right
    .wrong = Far from the real time

# What the shop account tells.

fact-account-age-days = Days since the account was opened
fact-region = Province of the usual delivery address
    .guangdong = Guangdong
    .fujian = Fujian
    .elsewhere = Elsewhere
fact-orders-12m = Orders in the last 12 months
fact-average-order = Average order in the last 12 months
fact-return-rate = Share of orders returned in the last 12 months
fact-monthly-spend = Spent a month on average
fact-profile-gap = What is missing in the profile
    .none = Nothing
    .name-or-id = Name or ID number
    .phone = Phone number
    .address = Address

# What the line tells.

fact-line-kind = Kind of line
    .standard = Standard line
    .starter = Starter line
fact-line-state = State of the line
    .none = Never opened
    .approved = Approved, not yet active
    .open = In normal use
    .frozen = Frozen for now
    .closed = Closed
fact-line-age-days = Days since the line was opened
fact-freeze-days-left = Days of the freeze that are left
fact-link-state = State of the link
    .valid = Valid
    .expired = Expired
    .used = Used
fact-membership = Membership held now
    .none = None
    .basic = Basic membership
    .plus = PLUS membership
fact-line-balance = Still to be paid on the line
fact-line-overdue-days = Days that the line is overdue
fact-line-overdue-amount = Overdue on the line
fact-on-time-share = Share of the line’s bills paid on time
fact-limit-use = Share of the limit in use, mean of the last 3 months
fact-refund-pending = A refund is on its way

# What the order tells.

fact-order-amount = Amount of the order
fact-order-items = Items in the order
fact-scene = Where the order is placed
    .mall = In the mall
    .affiliate = With a partner
    .outside = Elsewhere

# Appeals and closures.

fact-decided-days-ago = Days since the result
fact-appeals-90d = Appeals in the last 90 days
fact-requested-by = Who asks for the closure
    .user = Yourself
    .agent = An agent of customer service
    .platform = The platform

# What only the server has.

fact-limit-lowered-by = What lowered the limit
    .nobody = It was not lowered
    .review = A regular review
    .module-fault = A module at fault
    .policy = Tighter standards
fact-material-check = Reading of the material
    .none = No material yet
    .fits = It fits
    .differs = It differs
    .unreadable = It cannot be read
fact-overdue-12m = Overdue repayments in the last 12 months
    .unavailable = Could not be looked up for now
fact-other-adverse = Other adverse entries in the credit record
    .none = None
    .court-order = A court order not carried out
    .written-off = A debt written off
    .unavailable = Could not be looked up for now
fact-zhima-score = Zhima score
    .unavailable = Could not be looked up for now
fact-inquiries-3m = Credit checks for loans or cards in the last 3 months
    .unavailable = Could not be looked up for now
fact-online-loans-6m = Online lenders with a new loan in the last 6 months
    .unavailable = Could not be looked up for now
fact-identity-match = Whether name, ID number and phone number match
    .match = They match
    .mismatch = They do not match
    .unavailable = Could not be looked up for now
fact-applications-24h = Applications within 24 hours
fact-login-places-7d = Login places within 7 days
fact-unusual-login = Unusual login place
fact-new-device = New device
fact-via-proxy = A proxy or VPN is in use
fact-code-check = Code from the text message
    .passed = Right
    .wrong = Wrong
    .expired = Expired
    .unavailable = Could not be checked for now
fact-face-check = Face check
    .passed = Passed
    .failed = Not recognised
    .not-done = Not done yet
fact-activation-tries = Wrong codes within an hour
fact-activation-seconds = Seconds from opening the link to sending the code
fact-small-orders-7d = Small orders within 7 days
fact-resale-share = Share of goods that are easily sold on
fact-risk-module = Score of the risk module
    .withdrawn = Withdrawn
fact-platform-state = The platform’s systems
    .normal = Working
    .busy = Busy
    .fault = At fault
fact-payment-gateway = Payment gateway
    .answering = Answering
    .silent = Not answering
fact-records = Records of our systems
    .in-step = They agree
    .behind = Still catching up
fact-today = Today
fact-stance = Standards
    .usual = As usual
    .tightened = Tightened
fact-economy = The economy
    .steady = Steady
    .downturn = Slowing
fact-funding = Room for new limits in this period
    .ample = There is room
    .exhausted = Used up

# What belongs together. Said when what was stated contradicts itself.
impossible-overdue-days-and-amount = The days overdue and the amount overdue are either both nothing or both more than nothing. Please check the two.
impossible-overdue-within-balance = What is overdue is part of what is still to be paid, so that cannot be nothing while something is overdue. Please check the two.
impossible-orders-and-their-mean = An average order and a share of returns exist only where there were orders in the last 12 months, so both are there or neither is. Please check the two.
