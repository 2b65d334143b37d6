-- Durations of requests by route, in milliseconds.
SELECT
	service,
	method,
	route,
	CAST(round(sum(weight)) AS BIGINT) AS requests,
	CAST(round(sum(CASE WHEN status >= 500 THEN weight ELSE 0 END)) AS BIGINT) AS failed,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms) AS p50,
	percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95,
	percentile_cont(0.99) WITHIN GROUP (ORDER BY duration_ms) AS p99,
	max(duration_ms) AS highest
FROM events
WHERE type = 'http.request' AND duration_ms IS NOT NULL
GROUP BY service, method, route
ORDER BY requests DESC, service, method, route
LIMIT :limit
