package dev.cairn.analytics;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.duckdb.DuckDBConnection;

import org.springframework.util.unit.DataSize;

/**
 * Lakes of the tests.
 */
final class Archives {

	private Archives() {
	}

	static Database database(Path lake) {
		return new Database(DataSize.ofMegabytes(256), 2, lake);
	}

	static Path write(Path folder, List<String> lines) throws Exception {
		Files.createDirectories(folder);
		return Files.writeString(folder.resolve("events.jsonl"), String.join("\n", lines) + "\n");
	}

	/** Archives the files of a folder until nothing is left. */
	static WrittenBatch archive(Path lake, Path events, int maxBytes, Column... promoted) throws Exception {
		long rows = 0;
		long duplicates = 0;
		long bad = 0;
		try (LakeWriter writer = Objects.requireNonNull(new Lake(lake).tryWrite());
				FileSource source = new FileSource(events, maxBytes, writer.manifest().positions());
				ParquetFiles files = new ParquetFiles(lake, database(lake), List.of(promoted))) {
			for (List<SourceBatch> all = source.next(); !all.isEmpty(); all = source.next()) {
				for (SourceBatch batch : all) {
					Path folder = writer.newFolder(batch);
					WrittenBatch content = files.write(batch, folder, writer.manifest());
					writer.commit(batch, folder, content);
					rows += content.rows();
					duplicates += content.duplicates();
					bad += content.bad();
				}
			}
		}
		return new WrittenBatch(List.of(), List.of(), rows, duplicates, bad, "");
	}

	static void upkeep(Path lake, String now, int days) throws Exception {
		try (LakeWriter writer = Objects.requireNonNull(new Lake(lake).tryWrite());
				ParquetFiles files = new ParquetFiles(lake, database(lake), List.of())) {
			new Upkeep(Duration.ofDays(days), () -> Instant.parse(now)).run(writer, files);
		}
	}

	/** Returns the rows of a query over the table {@code lake}. */
	static List<List<Object>> query(Path lake, String sql) throws Exception {
		List<List<Object>> rows = new ArrayList<>();
		try (DuckDBConnection connection = database(lake).open(); Statement statement = connection.createStatement()) {
			List<Manifest.DataFile> files = new Lake(lake).manifest().files((file) -> true).toList();
			if (files.isEmpty()) {
				return rows;
			}
			statement.execute("CREATE VIEW lake AS SELECT * FROM " + Database.parquet(lake, files, true));
			try (ResultSet result = statement.executeQuery(sql)) {
				while (result.next()) {
					List<Object> row = new ArrayList<>();
					for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
						row.add(result.getObject(i));
					}
					rows.add(row);
				}
			}
		}
		return rows;
	}

	static Reports reports(Path lake, boolean dailyVisitors, FunnelSteps funnel) {
		return new Reports(new Lake(lake), database(lake), Map.of("checkout", funnel), dailyVisitors,
				Duration.ofSeconds(60));
	}

	static ReportQuery query(String from, String to, boolean robots, String... values) {
		Map<String, String> all = new HashMap<>();
		for (int i = 0; i < values.length; i += 2) {
			all.put(values[i], values[i + 1]);
		}
		return new ReportQuery(Instant.parse(from), Instant.parse(to), robots, ReportQuery.MAX_LIMIT, all);
	}

}
