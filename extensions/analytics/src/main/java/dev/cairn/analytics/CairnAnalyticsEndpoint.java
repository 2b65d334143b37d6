package dev.cairn.analytics;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * {@link Endpoint @Endpoint} that answers reports over the archive.
 */
@Endpoint(id = "cairnanalytics")
final class CairnAnalyticsEndpoint {

	private static final Duration MONTH = Duration.ofDays(30);

	private static final int ROWS = 1000;

	private final Lake lake;

	private final Reports reports;

	private final InstantSource clock;

	CairnAnalyticsEndpoint(Lake lake, Reports reports, InstantSource clock) {
		this.lake = lake;
		this.reports = reports;
		this.clock = clock;
	}

	/** Returns what the archive contains. */
	@ReadOperation
	LakeDescriptor lake() throws IOException {
		Manifest manifest = this.lake.manifest();
		List<Manifest.DataFile> files = manifest.files((file) -> true).toList();
		return new LakeDescriptor(Arrays.stream(Report.values()).map(Report::wireName).toList(),
				files.stream().mapToLong(Manifest.DataFile::rows).sum(),
				files.stream().mapToLong(Manifest.DataFile::bytes).sum(), files.size(),
				files.stream().map(Manifest.DataFile::day).min(LocalDate::compareTo).orElse(null),
				files.stream().map(Manifest.DataFile::day).max(LocalDate::compareTo).orElse(null),
				manifest.positions());
	}

	/** Answers a report. */
	@ReadOperation
	ReportResult report(@Selector String report, @Nullable String from, @Nullable String to, @Nullable Boolean robots,
			@Nullable Integer limit, @Nullable String by, @Nullable String who, @Nullable String period,
			@Nullable String funnel) throws IOException, SQLException {
		try {
			Instant end = (to != null) ? time("to", to) : this.clock.instant();
			Instant start = (from != null) ? time("from", from) : end.minus(MONTH);
			Map<String, String> values = new HashMap<>();
			put(values, "by", by);
			put(values, "who", who);
			put(values, "period", period);
			put(values, "funnel", funnel);
			return this.reports.run(Report.of(report),
					new ReportQuery(start, end, Boolean.TRUE.equals(robots), (limit != null) ? limit : ROWS, values));
		}
		catch (IllegalArgumentException ex) {
			String reason = String.valueOf(ex.getMessage());
			throw new InvalidEndpointRequestException(reason, reason);
		}
	}

	private static void put(Map<String, String> values, String name, @Nullable String value) {
		if (value != null) {
			values.put(name, value);
		}
	}

	/** A day is its beginning. */
	private static Instant time(String name, String text) {
		try {
			return text.contains("T") ? Instant.parse(text)
					: LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
		}
		catch (DateTimeParseException ex) {
			throw new IllegalArgumentException(
					name + " must be a day or a time in UTC, such as 2026-11-28 or 2026-11-28T12:00:00Z, but was '"
							+ text + "'.",
					ex);
		}
	}

	/**
	 * Description of the archive.
	 *
	 * @param reports the names of the reports
	 * @param messages the number of messages
	 * @param bytes the size of the files
	 * @param files the number of files
	 * @param firstDay the day of the oldest message, or {@code null} if there is none
	 * @param lastDay the day of the newest message
	 * @param positions the position up to which each source is archived
	 */
	record LakeDescriptor(List<String> reports, long messages, long bytes, int files, @Nullable LocalDate firstDay,
			@Nullable LocalDate lastDay, Map<String, Long> positions) {
	}

}
