package dev.cairn.analytics;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Answers reports. Each runs in a database of its own, which can read the files of the
 * lake and nothing else. Thread-safe.
 */
final class Reports {

	private static final Pattern PARAMETER = Pattern.compile(":([a-z][a-z0-9]*)");

	private final Lake lake;

	private final Database database;

	private final Map<String, FunnelSteps> funnels;

	private final boolean dailyVisitors;

	private final Duration timeout;

	/** Each report may use the memory that one may use. */
	private final Semaphore running = new Semaphore(1);

	Reports(Lake lake, Database database, Map<String, FunnelSteps> funnels, boolean dailyVisitors, Duration timeout) {
		this.lake = lake;
		this.database = database;
		this.funnels = Map.copyOf(funnels);
		this.dailyVisitors = dailyVisitors;
		this.timeout = timeout;
	}

	/**
	 * Answers a report.
	 * @throws IllegalArgumentException if a parameter is wrong
	 */
	ReportResult run(Report report, ReportQuery query) throws IOException, SQLException {
		Map<String, @Nullable Object> parameters = new HashMap<>(report.parameters(query, this.funnels));
		parameters.put("limit", query.limit());
		if (report == Report.RETENTION && this.dailyVisitors && "visitor".equals(parameters.get("who"))) {
			return notMeasurable(report, "The id of a visitor changes each day, so that nobody seems to come back."
					+ " Set cairn.requests.visitor.daily=false, or ask for who=user.");
		}
		if (!tryRun()) {
			throw new IllegalArgumentException("Another report is running. Ask again later.");
		}
		try {
			return run(report, query, parameters, this.lake.manifest());
		}
		finally {
			this.running.release();
		}
	}

	/** The files of a manifest may have been merged or deleted when they are read. */
	ReportResult run(Report report, ReportQuery query, Map<String, @Nullable Object> parameters, Manifest manifest)
			throws IOException, SQLException {
		try {
			return read(report, query, parameters, manifest);
		}
		catch (SQLException ex) {
			Manifest current = this.lake.manifest();
			if (current.generation() == manifest.generation()) {
				throw ex;
			}
			return read(report, query, parameters, current);
		}
	}

	private ReportResult read(Report report, ReportQuery query, Map<String, @Nullable Object> parameters,
			Manifest manifest) throws SQLException {
		try (DuckDBConnection connection = open(query, manifest)) {
			if (report == Report.RETENTION && "user".equals(parameters.get("who")) && !hasUsers(connection)) {
				return notMeasurable(report, "No message has a user_id. Identify users with Cairn.identify, or set"
						+ " cairn.requests.visitor.daily=false and ask for who=visitor.");
			}
			return execute(connection, report, parameters);
		}
	}

	private boolean tryRun() {
		try {
			return this.running.tryAcquire(this.timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private static ReportResult notMeasurable(Report report, String reason) {
		return new ReportResult(report.wireName(), List.of(), List.of(), "not measurable: " + reason);
	}

	/** Opens a database with the views, which can read nothing but the lake. */
	DuckDBConnection open(ReportQuery query, Manifest manifest) throws SQLException {
		DuckDBConnection connection = this.database.open();
		try {
			define(connection, query, manifest);
			return connection;
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

	private void define(DuckDBConnection connection, ReportQuery query, Manifest manifest) throws SQLException {
		Database.execute(connection,
				"SET allowed_directories = [" + Database.literal(this.lake.folder().toAbsolutePath() + "/") + "]");
		Database.execute(connection, "SET enable_external_access = false");
		Database.execute(connection, "SET lock_configuration = true");
		Database.execute(connection, Database.resource("duckdb.sql"));
		Database.execute(connection, "CREATE TEMP VIEW lake AS " + rows(manifest, query));
		Database.execute(connection,
				"CREATE TEMP VIEW events AS SELECT * FROM lake WHERE ts >= " + timestamp(query.from()) + " AND ts < "
						+ timestamp(query.to()) + (query.robots() ? "" : " AND NOT robot"));
		Database.execute(connection, "CREATE TEMP VIEW activity AS " + Database.resource("reports/activity.sql"));
	}

	/** Files of other days are not opened. */
	private String rows(Manifest manifest, ReportQuery query) {
		LocalDate first = day(query.from());
		LocalDate last = day(query.to());
		List<Manifest.DataFile> files = manifest
			.files((file) -> !file.day().isBefore(first) && !file.day().isAfter(last))
			.toList();
		return files.isEmpty() ? nothing() : "SELECT * FROM "
				+ Database.parquet(this.lake.folder().toAbsolutePath(), files, manifest.hasDifferentColumns());
	}

	private static String nothing() {
		return Column.FIXED.entrySet()
			.stream()
			.map((column) -> "CAST(NULL AS " + column.getValue() + ") AS " + column.getKey())
			.collect(Collectors.joining(", ", "SELECT ", " WHERE FALSE"));
	}

	private static LocalDate day(Instant time) {
		return LocalDate.ofInstant(time, ZoneOffset.UTC);
	}

	private static String timestamp(Instant time) {
		return "TIMESTAMPTZ '" + time + "'";
	}

	private static boolean hasUsers(DuckDBConnection connection) throws SQLException {
		try (PreparedStatement statement = connection
			.prepareStatement("SELECT 1 FROM events WHERE user_id IS NOT NULL LIMIT 1");
				ResultSet result = statement.executeQuery()) {
			return result.next();
		}
	}

	private ReportResult execute(DuckDBConnection connection, Report report, Map<String, @Nullable Object> parameters)
			throws SQLException {
		List<String> names = new ArrayList<>();
		Matcher matcher = PARAMETER
			.matcher(report.sql().lines().filter((line) -> !line.startsWith("--")).collect(Collectors.joining("\n")));
		String sql = matcher.replaceAll((match) -> {
			names.add(match.group(1));
			return "?";
		});
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setQueryTimeout((int) Math.max(1, this.timeout.toSeconds()));
			for (int i = 0; i < names.size(); i++) {
				statement.setObject(i + 1, parameters.get(names.get(i)));
			}
			try (ResultSet result = statement.executeQuery()) {
				return read(report, result);
			}
		}
	}

	private static ReportResult read(Report report, ResultSet result) throws SQLException {
		int width = result.getMetaData().getColumnCount();
		List<String> columns = new ArrayList<>();
		for (int i = 1; i <= width; i++) {
			columns.add(result.getMetaData().getColumnLabel(i));
		}
		List<List<@Nullable Object>> rows = new ArrayList<>();
		while (result.next()) {
			List<@Nullable Object> row = new ArrayList<>();
			for (int i = 1; i <= width; i++) {
				row.add(result.getObject(i));
			}
			rows.add(Collections.unmodifiableList(row));
		}
		return new ReportResult(report.wireName(), columns, rows, null);
	}

}
