# Results. Each must say what happened; no empty phrases.

likely-headline = From what you entered, the credit line can probably be opened
likely-detail = Everything you entered meets the requirements. After you submit, we still check a few things that you cannot enter yourself; the result is only certain after that.
cannot-tell-headline = It is too early to say
cannot-tell-detail = The result depends on what has not been entered yet and on checks after you submit; a member of staff may also have to look. Everything that may matter is listed below.
would-fail-headline = As things are now, the credit line cannot be opened yet
would-fail-detail = What stands in the way, and what you can do, is written below. If something was entered wrongly, correct it and it will be judged again.
approve-headline = Your credit line is open
approve-detail = Just choose the credit line as the way to pay when you place an order. Please spend within your means and repay on time.
refer-headline = A member of staff will take a look
refer-detail = This is not a refusal; why a person has to look is written below. You will be told the result, and you can let customer service know anything you would like to add.
retry-later-headline = No result yet this time, please try again later
retry-later-detail = Some information could not be looked up for now. This is not because of you, and it is not held against you; submit again in an hour or two.
decline-headline = The credit line could not be opened this time
decline-detail = The reasons, and what you can do, are written below one by one.

# Said below a result.

pre-check-note = This is only a look ahead: it is not a decision and does not touch your credit record.
decision-note = If you think the result is wrong, use the help centre or call the customer service hotline to explain, add documents and have a member of staff take another look. You can also ask that a person decides, not only the computer.

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

# What the shop account tells.

fact-account-age-days = Days since the account was opened
fact-orders-12m = Orders in the last 12 months

# What only the server has.

fact-overdue-12m = Overdue repayments in the last 12 months
    .unavailable = Could not be looked up for now
fact-zhima-score = Zhima score
    .unavailable = Could not be looked up for now
fact-inquiries-3m = Credit checks for loans or cards in the last 3 months
    .unavailable = Could not be looked up for now
fact-identity-match = Whether name, ID number and phone number match
    .match = They match
    .mismatch = They do not match
    .unavailable = Could not be looked up for now
fact-applications-24h = Applications within 24 hours
fact-login-places-7d = Login places within 7 days
