package eligibility

import rego.v1

reasons contains "R01" if {
	input.age < 18
}

reasons contains "R02" if {
	input.age > 60
}

reasons contains "R03" if {
	input.kyc_status != "verified"
}

reasons contains "R04" if {
	not input.region in {"CN-BJ", "CN-SH", "CN-GD", "CN-ZJ", "CN-JS", "CN-SC", "CN-HB", "CN-FJ"}
}

reasons contains "R05" if {
	input.id_expiry_days < 30
}

reasons contains "R06" if {
	input.name_match != true
}

reasons contains "R07" if {
	input.phone_age_days < 90
}

reasons contains "R08" if {
	input.account_age_days < 60
}

reasons contains "R09" if {
	input.overdue_days_max > 30
}

reasons contains "R10" if {
	input.times_overdue_12m > 2
}

reasons contains "R11" if {
	input.current_overdue_amount != 0
}

reasons contains "R12" if {
	input.monthly_income < 2000
	input.employment != "retired"
}

reasons contains "R13" if {
	input.debt_to_income > 0.55
}

reasons contains "R14" if {
	input.attempts_24h >= 5
}

reasons contains "R15" if {
	input.zhima_score < 600
}

reasons contains "R16" if {
	input.device_risk >= 70
}

reasons contains "R17" if {
	input.is_blacklisted != false
}

reasons contains "R18" if {
	input.orders_12m < 3
	input.spend_12m < 1000
}

reasons contains "R19" if {
	input.employment == "student"
	input.age < 22
}

reasons contains "R20" if {
	input.debt_to_income > 0.4
	input.times_overdue_12m >= 1
}

points_age := 10 if {
	input.age < 22
} else := 22 if {
	input.age < 26
} else := 34 if {
	input.age < 32
} else := 41 if {
	input.age < 45
} else := 37

points_account_age_days := 5 if {
	input.account_age_days < 180
} else := 14 if {
	input.account_age_days < 365
} else := 25 if {
	input.account_age_days < 730
} else := 36 if {
	input.account_age_days < 1460
} else := 44

points_overdue_days_max := 52 if {
	input.overdue_days_max < 1
} else := 33 if {
	input.overdue_days_max < 4
} else := 18 if {
	input.overdue_days_max < 8
} else := 6 if {
	input.overdue_days_max < 16
} else := -20

points_times_overdue_12m := 45 if {
	input.times_overdue_12m < 1
} else := 24 if {
	input.times_overdue_12m < 2
} else := 8 if {
	input.times_overdue_12m < 3
} else := -6 if {
	input.times_overdue_12m < 5
} else := -30

points_monthly_income := 8 if {
	input.monthly_income < 3000
} else := 19 if {
	input.monthly_income < 5000
} else := 29 if {
	input.monthly_income < 8000
} else := 38 if {
	input.monthly_income < 15000
} else := 47

points_debt_to_income := 42 if {
	input.debt_to_income < 0.1
} else := 35 if {
	input.debt_to_income < 0.2
} else := 24 if {
	input.debt_to_income < 0.35
} else := 11 if {
	input.debt_to_income < 0.5
} else := -8

points_attempts_24h := 28 if {
	input.attempts_24h < 1
} else := 24 if {
	input.attempts_24h < 2
} else := 15 if {
	input.attempts_24h < 3
} else := 6 if {
	input.attempts_24h < 4
} else := -12

points_zhima_score := 0 if {
	input.zhima_score < 620
} else := 18 if {
	input.zhima_score < 660
} else := 34 if {
	input.zhima_score < 700
} else := 49 if {
	input.zhima_score < 750
} else := 63

points_device_risk := 33 if {
	input.device_risk < 10
} else := 26 if {
	input.device_risk < 25
} else := 15 if {
	input.device_risk < 40
} else := 3 if {
	input.device_risk < 60
} else := -18

points_orders_12m := 4 if {
	input.orders_12m < 3
} else := 13 if {
	input.orders_12m < 8
} else := 22 if {
	input.orders_12m < 20
} else := 30 if {
	input.orders_12m < 50
} else := 35

score := 300 + points_age + points_account_age_days + points_overdue_days_max + points_times_overdue_12m + points_monthly_income + points_debt_to_income + points_attempts_24h + points_zhima_score + points_device_risk + points_orders_12m

default decision := "DECLINE"

decision := "APPROVE" if {
	count(reasons) == 0
	score >= 560
}

decision := "REFER" if {
	count(reasons) == 0
	score >= 500
	score < 560
}

result := {"decision": decision, "score": score, "reasons": reasons}
