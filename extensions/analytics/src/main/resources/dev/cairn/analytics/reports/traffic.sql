-- Page views, people and visits by day, route, country or browser.
WITH counted AS (
	SELECT
		CASE :by
			WHEN 'day' THEN CAST(day AS STRING)
			WHEN 'route' THEN coalesce(route, 'unknown')
			WHEN 'country' THEN coalesce(country, 'unknown')
			WHEN 'browser' THEN coalesce(browser, 'unknown')
		END AS segment,
		CASE
			WHEN type = 'http.request' AND method = 'GET' AND (status BETWEEN 200 AND 299 OR status = 304)
				AND route IS NOT NULL
				AND (content_type IN ('text/html', 'application/xhtml+xml')
					OR (coalesce(content_type, 'text/plain') = 'text/plain' AND route NOT LIKE '%/**'))
			THEN weight ELSE 0
		END AS page_views,
		person,
		session_id
	FROM activity
	WHERE :by = 'day' OR type = 'http.request')
SELECT
	segment,
	CAST(round(sum(page_views)) AS BIGINT) AS page_views,
	count(DISTINCT person) AS people,
	count(DISTINCT session_id) AS visits
FROM counted
GROUP BY segment
ORDER BY CASE WHEN :by = 'day' THEN segment END, page_views DESC, people DESC, segment
LIMIT :limit
