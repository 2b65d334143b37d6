-- The people who were seen first in a day, week (from Monday) or month, and how many of them came back in the periods
-- after it.
WITH active AS (
	SELECT DISTINCT
		CASE :who WHEN 'user' THEN user_id ELSE person END AS person,
		CASE :period
			WHEN 'day' THEN unix_date(day)
			WHEN 'week' THEN CAST(floor((unix_date(day) + 3) / 7.0) AS INT)
			WHEN 'month' THEN CAST(year(day) * 12 + month(day) AS INT)
		END AS period,
		CASE :period
			WHEN 'day' THEN day
			ELSE CAST(date_trunc(:period, day) AS DATE)
		END AS begins
	FROM activity
	WHERE CASE :who WHEN 'user' THEN user_id ELSE person END IS NOT NULL),
cohorts AS (
	SELECT person, min(period) AS cohort, min(begins) AS cohort_begins FROM active GROUP BY person),
sizes AS (
	SELECT cohort, cohort_begins, count(*) AS people FROM cohorts GROUP BY cohort, cohort_begins),
ends AS (
	SELECT max(period) AS last_period FROM active),
cells AS (
	SELECT cohort, cohort_begins, people, explode(sequence(cohort, last_period)) AS period FROM sizes CROSS JOIN ends),
returned AS (
	SELECT c.cohort, a.period, count(*) AS people
	FROM active a
	JOIN cohorts c ON c.person = a.person
	GROUP BY c.cohort, a.period)
SELECT
	e.cohort_begins AS cohort,
	e.people,
	CAST(e.period - e.cohort AS INT) AS period,
	coalesce(r.people, 0) AS returned,
	CAST(coalesce(r.people, 0) AS DOUBLE) / e.people AS rate
FROM cells e
LEFT JOIN returned r ON r.cohort = e.cohort AND r.period = e.period
ORDER BY cohort, period
LIMIT :limit
