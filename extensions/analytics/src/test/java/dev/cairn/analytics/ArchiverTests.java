package dev.cairn.analytics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Archives local files.
 */
class ArchiverTests {

	private static final Instant TIME = Instant.parse("2026-11-28T23:59:59.999999Z");

	@TempDir
	private Path folder;

	private Path lake() {
		return this.folder.resolve("lake");
	}

	private Path events() {
		return this.folder.resolve("events");
	}

	@Test
	void aMessageHasAColumnForEachPartOfIt() throws Exception {
		TestMessage request = TestMessage.of("http.request", TIME, "method", "GET", "route", "/orders", "status", 201,
				"duration_ms", 2.5, "visitor", "v", "user_id", "u", "visit_id", "s", "browser", "Firefox", "os",
				"Linux", "device_class", "phone", "country", "DE", "operator", "Acme", "referrer", "search.example",
				"rate", 0.5, "order.total", 12.75, "nested", List.of(1, "two"));
		Archives.write(events(), List.of(request.json()));
		Archives.archive(lake(), events(), 100_000, new Column("order.total", "double"));
		assertThat(Archives.query(lake(),
				"""
						SELECT id, type, CAST(ts AS VARCHAR), service, release, logger, severity, hostname, pid, visitor, user_id,
							session_id, route, method, status, duration_ms, browser, os, device_class, robot, country, operator,
							referrer, weight, order_total, fields['nested'], CAST(day AS VARCHAR) FROM lake"""))
			.containsExactly(List.of(request.id(), "http.request", "2026-11-28 23:59:59.999999+00", "shop", "1.0",
					"shop", 6, "vm", 7L, "v", "u", "s", "/orders", "GET", 201, 2.5, "Firefox", "Linux", "phone", false,
					"DE", "Acme", "search.example", 2.0, 12.75, "[1,\"two\"]", "2026-11-28"));
		Manifest.DataFile file = new Lake(lake()).manifest().files((each) -> true).findFirst().orElseThrow();
		assertThat(file.path()).matches("batch=file-[0-9a-f]{16}-0-\\d+/day=2026-11-28/[^/]+\\.parquet");
		assertThat(Archives.query(lake(),
				"SELECT DISTINCT compression FROM parquet_metadata('" + lake().resolve(file.path()) + "')"))
			.containsExactly(List.of("ZSTD"));
		if (Files.getFileStore(this.folder).supportsFileAttributeView("posix")) {
			assertThat(Files.getPosixFilePermissions(lake())).isEqualTo(PosixFilePermissions.fromString("rwx------"));
		}
	}

	@Test
	void recordsThatAreNoMessagesBecomeDeadLettersWithTheReason() throws Exception {
		String good = TestMessage.of("a", TIME).json();
		Archives.write(events(), List.of("no json", good, "{}", "[]",
				"{\"id\":\"1\",\"timestamp\":\"2026-11-28T00:00:00Z\"}", "{\"id\":\"1\",\"type\":\"a\"}",
				"{\"id\":\"1\",\"type\":\"a\",\"timestamp\":\"infinity\"}",
				"{\"id\":\"1\",\"type\":\"a\",\"timestamp\":\"yesterday\"}",
				"{\"id\":\"1\",\"type\":\"a\",\"timestamp\":\"2026-11-28T00:00:00Z\",\"fields\":{\"b\":1,\"b\":2}}",
				"{\"id\":\"1\",\"type\":\"a\",\"timestamp\":\"2026-11-28T00:00:00Z\",\"fields\":[\"\\ud800\"]}"));
		WrittenBatch written = Archives.archive(lake(), events(), 100_000);
		assertThat(written.rows()).isEqualTo(1);
		assertThat(written.bad()).isEqualTo(9);
		List<String> letters;
		try (Stream<Path> files = Files.list(lake().resolve("dead-letters"))) {
			letters = Files.readAllLines(files.findFirst().orElseThrow());
		}
		assertThat(letters).hasSize(9);
		assertThat(letters.get(0)).startsWith("{\"reason\":\"is no JSON\",\"batch\":\"file-")
			.endsWith("\"number\":0,\"record\":\"no json\"}");
		assertThat(String.join("\n", letters)).contains("has no id", "has no type", "has no timestamp",
				"has a timestamp that is no time", "has fields that are no object, or a name twice in them");
	}

	@Test
	void aMessageThatIsSentAgainIsStoredOnce() throws Exception {
		List<String> lines = IntStream.range(0, 50)
			.mapToObj((i) -> TestMessage.of("a", TIME.plusSeconds(i)).json())
			.toList();
		Archives.write(events(), Stream.concat(lines.stream(), lines.stream().limit(10)).toList());
		assertThat(Archives.archive(lake(), events(), 100_000).duplicates()).isEqualTo(10);
		List<String> again = new ArrayList<>(lines.subList(20, 50));
		again.add(TestMessage.of("a", TIME).json());
		Files.writeString(events().resolve("events-1.jsonl"), String.join("\n", again) + "\n");
		WrittenBatch second = Archives.archive(lake(), events(), 100_000);
		assertThat(second.rows()).isEqualTo(1);
		assertThat(second.duplicates()).isEqualTo(30);
		assertThat(Archives.query(lake(), "SELECT count(*), count(DISTINCT id) FROM lake"))
			.containsExactly(List.of(51L, 51L));
	}

	@Test
	void aFileIsRecognizedAfterItWasRolledOver() throws Exception {
		Path file = Archives.write(events(), List.of(TestMessage.of("a", TIME).json()));
		Archives.archive(lake(), events(), 100_000);
		Files.writeString(file, TestMessage.of("b", TIME).json() + "\n", StandardOpenOption.APPEND);
		Files.move(file, events().resolve("events.20261128-235959-999999.jsonl"));
		Archives.write(events(), List.of(TestMessage.of("c", TIME).json()));
		assertThat(Archives.archive(lake(), events(), 100_000).rows()).isEqualTo(2);
		assertThat(Archives.archive(lake(), events(), 100_000).rows()).isZero();
	}

	@Test
	void aLineIsReadWhenItIsWhole() throws Exception {
		String line = TestMessage.of("a", TIME).json();
		Path file = Archives.write(events(), List.of(line));
		Files.writeString(file, line.substring(0, 20), StandardOpenOption.APPEND);
		assertThat(Archives.archive(lake(), events(), 100_000).rows()).isEqualTo(1);
		Files.writeString(file, line.substring(20) + "\n", StandardOpenOption.APPEND);
		assertThat(Archives.archive(lake(), events(), 100_000).duplicates()).isEqualTo(1);
	}

	@Test
	void readersDoNotSeeWhatTheManifestDoesNotList() throws Exception {
		Archives.write(events(), List.of(TestMessage.of("a", TIME).json()));
		Archives.archive(lake(), events(), 100_000);
		Path orphan = lake().resolve("batch=file-orphan-0-1");
		Files.createDirectories(orphan.resolve("day=2026-11-28"));
		Files.writeString(orphan.resolve("day=2026-11-28/data_0.parquet"), "half a file");
		Files.createDirectories(lake().resolve(".tmp-file-orphan-0-1"));
		Path own = Files.writeString(lake().resolve("README"), "a file of somebody else");
		assertThat(Archives.query(lake(), "SELECT count(*) FROM lake")).containsExactly(List.of(1L));
		Archives.archive(lake(), events(), 100_000);
		assertThat(orphan).doesNotExist();
		assertThat(lake().resolve(".tmp-file-orphan-0-1")).doesNotExist();
		assertThat(own).exists();
	}

	@Test
	void aLakeHasOneWriter() throws Exception {
		try (LakeWriter writer = new Lake(lake()).tryWrite()) {
			assertThat(writer).isNotNull();
			assertThat(new Lake(lake()).tryWrite()).isNull();
		}
		try (LakeWriter writer = new Lake(lake()).tryWrite()) {
			assertThat(writer).isNotNull();
		}
	}

	@Test
	void theArchiverTakesOverWhenTheOtherWriterEnds() throws Exception {
		Path file = Archives.write(events(), List.of(TestMessage.of("a", TIME).json()));
		Archiver archiver = ArchiveProcess.archiver(lake(), (positions) -> new FileSource(events(), 100_000, positions),
				Duration.ofMillis(20));
		try (LakeWriter writer = new Lake(lake()).tryWrite()) {
			assertThat(writer).isNotNull();
			archiver.start();
			assertThat(new Lake(lake()).manifest().generation()).isZero();
		}
		try {
			await().atMost(Duration.ofSeconds(60)).until(() -> new Lake(lake()).manifest().generation() == 1);
			archiver.suspend(Duration.ofSeconds(30));
			Files.writeString(file, TestMessage.of("b", TIME).json() + "\n", StandardOpenOption.APPEND);
			archiver.resume();
			await().atMost(Duration.ofSeconds(60)).until(() -> new Lake(lake()).manifest().generation() == 2);
		}
		finally {
			archiver.stop(Duration.ofSeconds(30));
		}
		assertThat(new Lake(lake()).tryWrite()).isNotNull().satisfies(LakeWriter::close);
	}

	@Test
	void filesWithAndWithoutAColumnAreReadTogether() throws Exception {
		Path file = Archives.write(events(), List.of(TestMessage.of("a", TIME, "order.total", 1).json()));
		Archives.archive(lake(), events(), 100_000);
		Files.writeString(file, TestMessage.of("a", TIME, "order.total", 2).json() + "\n", StandardOpenOption.APPEND);
		Archives.archive(lake(), events(), 100_000, new Column("order.total", "BIGINT"));
		assertThat(Archives.query(lake(), "SELECT sum(order_total)::BIGINT, count(*) FROM lake"))
			.containsExactly(List.of(2L, 2L));
		assertThat(Archives.reports(lake(), false, new FunnelSteps(List.of("a", "b"), Duration.ofHours(1)))
			.run(Report.EVENTS, Archives.query("2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z", false))
			.rows()).containsExactly(List.of("a", 2L, 0L, 0L));
	}

	@Test
	void theFilesOfADayThatIsOverAreMerged() throws Exception {
		Path file = Archives.write(events(), List.of(TestMessage.of("a", TIME).json()));
		Archives.archive(lake(), events(), 100_000);
		String later = TestMessage.of("b", TIME, "order.total", 3).json() + "\n"
				+ TestMessage.of("c", TIME.plusSeconds(1)).json() + "\n";
		Files.writeString(file, later, StandardOpenOption.APPEND);
		Archives.archive(lake(), events(), 100_000, new Column("order.total", "BIGINT"));
		List<String> before = paths();
		assertThat(before).hasSize(3);
		Archives.upkeep(lake(), "2026-11-28T23:59:59Z", 0);
		assertThat(paths()).isEqualTo(before);
		Archives.upkeep(lake(), "2026-11-29T00:00:00Z", 0);
		assertThat(paths()).hasSize(2)
			.anyMatch((path) -> path.matches("batch=merged-2026-11-28-2/day=2026-11-28/[^/]+\\.parquet"));
		assertThat(stored()).isEqualTo(paths());
		assertThat(Archives.query(lake(), "SELECT type, order_total FROM lake ORDER BY type").toString())
			.isEqualTo("[[a, null], [b, 3], [c, null]]");
		assertThat(Archives.archive(lake(), events(), 100_000).rows()).isZero();
		Files.writeString(events().resolve("events-1.jsonl"), later);
		assertThat(Archives.archive(lake(), events(), 100_000).duplicates()).isEqualTo(2);
	}

	@Test
	void aReportWhoseFilesAreMergedMeanwhileReadsTheNewOnes() throws Exception {
		Path file = Archives.write(events(), List.of(TestMessage.of("a", TIME).json()));
		Archives.archive(lake(), events(), 100_000);
		Files.writeString(file, TestMessage.of("a", TIME).json() + "\n", StandardOpenOption.APPEND);
		Archives.archive(lake(), events(), 100_000);
		Manifest before = new Lake(lake()).manifest();
		Archives.upkeep(lake(), "2026-11-29T00:00:00Z", 0);
		assertThat(Archives.reports(lake(), false, new FunnelSteps(List.of("a", "b"), Duration.ofHours(1)))
			.run(Report.EVENTS, Archives.query("2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z", false),
					Map.of("limit", 5), before)
			.rows()).containsExactly(List.of("a", 2L, 0L, 0L));
	}

	@Test
	void messagesAndDeadLettersThatAreTooOldAreDeleted() throws Exception {
		Archives.write(events(),
				List.of(TestMessage.of("a", TIME).json(), TestMessage.of("b", TIME.plusSeconds(1)).json(), "bad"));
		Archives.archive(lake(), events(), 100_000);
		Path letters = lake().resolve("dead-letters");
		Archives.upkeep(lake(), "2026-12-05T00:00:00Z", 7);
		assertThat(Archives.query(lake(), "SELECT type FROM lake ORDER BY type")).hasSize(2);
		try (Stream<Path> files = Files.list(letters)) {
			Files.setLastModifiedTime(files.findFirst().orElseThrow(), FileTime.from(TIME));
		}
		Archives.upkeep(lake(), "2026-12-06T00:00:00Z", 7);
		assertThat(Archives.query(lake(), "SELECT type FROM lake")).containsExactly(List.of("b"));
		assertThat(stored()).isEqualTo(paths());
		assertThat(letters).isEmptyDirectory();
		assertThat(Archives.archive(lake(), events(), 100_000).rows()).isZero();
	}

	@Test
	void aReportCanReadTheLakeAndNothingElse() throws Exception {
		Archives.write(events(), List.of(TestMessage.of("a", TIME).json()));
		Archives.archive(lake(), events(), 100_000);
		Reports reports = Archives.reports(lake(), false, new FunnelSteps(List.of("a", "b"), Duration.ofHours(1)));
		ReportQuery query = Archives.query("2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z", false);
		String events = events().resolve("events.jsonl").toString();
		try (DuckDBConnection connection = reports.open(query, new Lake(lake()).manifest())) {
			Database.execute(connection, "SELECT * FROM events");
			for (String statement : List.of("SELECT * FROM read_json('" + events + "')",
					"COPY (SELECT 1) TO '" + this.folder.resolve("stolen.csv") + "'",
					"ATTACH '" + this.folder.resolve("other.db") + "'", "SET enable_external_access = true",
					"INSTALL httpfs")) {
				assertThatExceptionOfType(SQLException.class).as(statement)
					.isThrownBy(() -> Database.execute(connection, statement));
			}
		}
		assertThat(this.folder.resolve("stolen.csv")).doesNotExist();
	}

	private List<String> paths() throws IOException {
		return new Lake(lake()).manifest().files((file) -> true).map(Manifest.DataFile::path).sorted().toList();
	}

	private List<String> stored() throws IOException {
		try (Stream<Path> files = Files.walk(lake())) {
			return files.filter((path) -> path.toString().endsWith(".parquet"))
				.map((path) -> lake().relativize(path).toString())
				.sorted()
				.toList();
		}
	}

}
