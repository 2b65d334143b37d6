-- The people who did one step after the other, in this order, with at most :within microseconds from the first step to
-- the last. A person that began several times counts once, with the steps of the best attempt: for each step it is
-- enough to remember the latest beginning that leads to it.
WITH steps AS (
	SELECT person, type, unix_micros(ts) AS moment, id
	FROM activity
	WHERE person IS NOT NULL AND type IN (:step1, :step2, :step3, :step4, :step5, :step6, :step7, :step8)),
reached1 AS (
	SELECT person, moment, id, moment AS begun FROM steps WHERE type = :step1),
either2 AS (
	SELECT person, moment, id, begun, 0 AS here FROM reached1
	UNION ALL
	SELECT person, moment, id, NULL, 1 FROM steps WHERE type = :step2),
before2 AS (
	SELECT person, moment, id, here, max(begun) OVER (
		PARTITION BY person ORDER BY moment, id, here DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS begun
	FROM either2),
reached2 AS (
	SELECT person, moment, id, begun FROM before2 WHERE here = 1 AND moment - begun <= :within),
either3 AS (
	SELECT person, moment, id, begun, 0 AS here FROM reached2
	UNION ALL
	SELECT person, moment, id, NULL, 1 FROM steps WHERE type = :step3),
before3 AS (
	SELECT person, moment, id, here, max(begun) OVER (
		PARTITION BY person ORDER BY moment, id, here DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS begun
	FROM either3),
reached3 AS (
	SELECT person, moment, id, begun FROM before3 WHERE here = 1 AND moment - begun <= :within),
either4 AS (
	SELECT person, moment, id, begun, 0 AS here FROM reached3
	UNION ALL
	SELECT person, moment, id, NULL, 1 FROM steps WHERE type = :step4),
before4 AS (
	SELECT person, moment, id, here, max(begun) OVER (
		PARTITION BY person ORDER BY moment, id, here DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS begun
	FROM either4),
reached4 AS (
	SELECT person, moment, id, begun FROM before4 WHERE here = 1 AND moment - begun <= :within),
either5 AS (
	SELECT person, moment, id, begun, 0 AS here FROM reached4
	UNION ALL
	SELECT person, moment, id, NULL, 1 FROM steps WHERE type = :step5),
before5 AS (
	SELECT person, moment, id, here, max(begun) OVER (
		PARTITION BY person ORDER BY moment, id, here DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS begun
	FROM either5),
reached5 AS (
	SELECT person, moment, id, begun FROM before5 WHERE here = 1 AND moment - begun <= :within),
either6 AS (
	SELECT person, moment, id, begun, 0 AS here FROM reached5
	UNION ALL
	SELECT person, moment, id, NULL, 1 FROM steps WHERE type = :step6),
before6 AS (
	SELECT person, moment, id, here, max(begun) OVER (
		PARTITION BY person ORDER BY moment, id, here DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS begun
	FROM either6),
reached6 AS (
	SELECT person, moment, id, begun FROM before6 WHERE here = 1 AND moment - begun <= :within),
either7 AS (
	SELECT person, moment, id, begun, 0 AS here FROM reached6
	UNION ALL
	SELECT person, moment, id, NULL, 1 FROM steps WHERE type = :step7),
before7 AS (
	SELECT person, moment, id, here, max(begun) OVER (
		PARTITION BY person ORDER BY moment, id, here DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS begun
	FROM either7),
reached7 AS (
	SELECT person, moment, id, begun FROM before7 WHERE here = 1 AND moment - begun <= :within),
either8 AS (
	SELECT person, moment, id, begun, 0 AS here FROM reached7
	UNION ALL
	SELECT person, moment, id, NULL, 1 FROM steps WHERE type = :step8),
before8 AS (
	SELECT person, moment, id, here, max(begun) OVER (
		PARTITION BY person ORDER BY moment, id, here DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS begun
	FROM either8),
reached8 AS (
	SELECT person, moment, id, begun FROM before8 WHERE here = 1 AND moment - begun <= :within),
people AS (
	SELECT 1 AS step, :step1 AS type, count(DISTINCT person) AS people FROM reached1
	UNION ALL SELECT 2 AS step, :step2 AS type, count(DISTINCT person) AS people FROM reached2
	UNION ALL SELECT 3 AS step, :step3 AS type, count(DISTINCT person) AS people FROM reached3
	UNION ALL SELECT 4 AS step, :step4 AS type, count(DISTINCT person) AS people FROM reached4
	UNION ALL SELECT 5 AS step, :step5 AS type, count(DISTINCT person) AS people FROM reached5
	UNION ALL SELECT 6 AS step, :step6 AS type, count(DISTINCT person) AS people FROM reached6
	UNION ALL SELECT 7 AS step, :step7 AS type, count(DISTINCT person) AS people FROM reached7
	UNION ALL SELECT 8 AS step, :step8 AS type, count(DISTINCT person) AS people FROM reached8),
beginners AS (
	SELECT people AS all_people FROM people WHERE step = 1)
SELECT p.step, p.type, p.people, CASE WHEN b.all_people > 0 THEN CAST(p.people AS DOUBLE) / b.all_people END AS rate
FROM people p
CROSS JOIN beginners b
WHERE p.type IS NOT NULL
ORDER BY p.step
