package dev.cairn.analytics;

import java.io.Closeable;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes batches as Parquet files, compressed with zstd, in a folder for each day. A
 * message whose id is in the lake already, on the same day, is left out: it was sent
 * twice. For one thread.
 */
final class ParquetFiles implements Closeable {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final Path lake;

	private final DuckDBConnection connection;

	private final List<Column> promoted;

	private final String archive;

	ParquetFiles(Path lake, Database database, List<Column> promoted) throws SQLException {
		this.lake = lake;
		this.promoted = List.copyOf(promoted);
		this.archive = Database.resource("archive.sql").replace("${promoted}", columns(promoted));
		this.connection = database.open();
		// A thread takes a row group, and a batch is smaller than one of the usual size
		Database.execute(this.connection, "ATTACH ':memory:' AS batch (ROW_GROUP_SIZE 8192)");
		Database.execute(this.connection, "USE batch");
		Database.execute(this.connection, "CREATE TABLE records (position BIGINT, record VARCHAR)");
	}

	private static String columns(List<Column> promoted) {
		return promoted.stream()
			.map((column) -> ",\n\ttry_cast(fields[" + Database.literal(column.field()) + "] AS " + column.type()
					+ ") AS \"" + column.name() + '"')
			.collect(Collectors.joining());
	}

	/** Writes the files of a batch into an empty folder. */
	WrittenBatch write(SourceBatch batch, Path folder, Manifest manifest) throws SQLException {
		load(batch);
		Database.execute(this.connection, this.archive);
		Map<LocalDate, Ids> days = days();
		long good = days.values().stream().mapToLong(Ids::rows).sum();
		List<Manifest.DataFile> files = days.isEmpty() ? List.of() : copy(folder, days, manifest);
		long rows = files.stream().mapToLong(Manifest.DataFile::rows).sum();
		long bad = batch.records().size() - good;
		return new WrittenBatch(this.promoted, files, rows, good - rows, bad, (bad > 0) ? deadLetters(batch) : "");
	}

	private void load(SourceBatch batch) throws SQLException {
		Database.execute(this.connection, "DELETE FROM records");
		try (DuckDBAppender appender = this.connection.createAppender("records")) {
			for (int i = 0; i < batch.records().size(); i++) {
				appender.beginRow();
				appender.append((long) i);
				appender.append(batch.records().get(i));
				appender.endRow();
			}
		}
	}

	private Map<LocalDate, Ids> days() throws SQLException {
		Map<LocalDate, Ids> days = new LinkedHashMap<>();
		try (Statement statement = this.connection.createStatement();
				ResultSet result = statement.executeQuery("SELECT day, count(*), min(id), max(id) FROM rows"
						+ " WHERE reason IS NULL GROUP BY day ORDER BY day")) {
			while (result.next()) {
				days.put(result.getObject(1, LocalDate.class),
						new Ids(result.getLong(2), result.getString(3), result.getString(4)));
			}
		}
		return days;
	}

	private List<Manifest.DataFile> copy(Path folder, Map<LocalDate, Ids> days, Manifest manifest) throws SQLException {
		return copy("SELECT * EXCLUDE (position, record, reason) FROM rows WHERE reason IS NULL"
				+ withoutStored(days, manifest)
				+ " QUALIFY row_number() OVER (PARTITION BY id, day ORDER BY position) = 1", folder, days);
	}

	/** Writes the messages of files of one day into an empty folder. */
	List<Manifest.DataFile> merge(List<Manifest.DataFile> files, Path folder, boolean different, String first,
			String last) throws SQLException {
		LocalDate day = files.get(0).day();
		return copy("SELECT * FROM " + Database.parquet(this.lake, files, different), folder,
				Map.of(day, new Ids(0, first, last)));
	}

	private List<Manifest.DataFile> copy(String select, Path folder, Map<LocalDate, Ids> days) throws SQLException {
		List<Manifest.DataFile> written = new ArrayList<>();
		String copy = "COPY (" + select + " ORDER BY day, ts, id) TO " + Database.literal(folder.toString())
				+ " (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (day), WRITE_PARTITION_COLUMNS true,"
				+ " OVERWRITE_OR_IGNORE true, RETURN_STATS true)";
		try (Statement statement = this.connection.createStatement(); ResultSet result = statement.executeQuery(copy)) {
			while (result.next()) {
				Path file = Path.of(result.getString("filename"));
				String name = file.getName(file.getNameCount() - 2).toString();
				LocalDate day = LocalDate.parse(name.substring(name.indexOf('=') + 1));
				Ids ids = days.get(day);
				if (ids == null) {
					throw new SQLException("there is no day " + day + " in the batch");
				}
				written.add(new Manifest.DataFile(name + "/" + file.getFileName(), day, result.getLong("count"),
						result.getLong("file_size_bytes"), ids.first(), ids.last()));
			}
		}
		return written;
	}

	/** Ids of version 7 ascend, so that usually no file has to be read for this. */
	private String withoutStored(Map<LocalDate, Ids> days, Manifest manifest) {
		List<Manifest.DataFile> overlapping = manifest.files((file) -> {
			Ids ids = days.get(file.day());
			return ids != null && file.mayContain(ids.first(), ids.last());
		}).toList();
		return overlapping.isEmpty() ? ""
				: " AND NOT EXISTS (SELECT 1 FROM "
						+ Database.parquet(this.lake, overlapping, manifest.hasDifferentColumns())
						+ " AS stored WHERE stored.id = rows.id" + " AND stored.day = rows.day)";
	}

	private String deadLetters(SourceBatch batch) throws SQLException {
		StringBuilder letters = new StringBuilder();
		try (Statement statement = this.connection.createStatement();
				ResultSet result = statement.executeQuery(
						"SELECT position, reason, record FROM rows WHERE reason IS NOT NULL ORDER BY position")) {
			while (result.next()) {
				Map<String, Object> letter = new LinkedHashMap<>();
				letter.put("reason", result.getString(2));
				letter.put("batch", batch.name());
				letter.put("number", result.getLong(1));
				letter.put("record", result.getString(3));
				letters.append(JSON.writeValueAsString(letter)).append('\n');
			}
		}
		return letters.toString();
	}

	@Override
	public void close() {
		try {
			this.connection.close();
		}
		catch (SQLException ex) {
			// The database is in memory, and nothing of it is needed
		}
	}

	/** The number of messages of a day, and the range of their ids. */
	private record Ids(long rows, String first, String last) {
	}

}
