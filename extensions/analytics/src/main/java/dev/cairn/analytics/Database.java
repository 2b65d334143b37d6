package dev.cairn.analytics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;

import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;

import org.springframework.util.unit.DataSize;

/**
 * Opens DuckDB databases in memory, which share nothing with each other. They load no
 * extensions: those for Parquet and JSON are built in, and nothing is downloaded.
 *
 * @param memory the maximum memory of a database
 * @param threads the number of threads of a database
 * @param lake the folder of the lake, which gets a temporary one for what does not fit
 * into memory
 */
record Database(DataSize memory, int threads, Path lake) {

	DuckDBConnection open() throws SQLException {
		Properties settings = new Properties();
		settings.setProperty("memory_limit", this.memory.toMegabytes() + "MiB");
		settings.setProperty("threads", Integer.toString(this.threads));
		settings.setProperty("temp_directory", this.lake.resolve(Lake.TEMPORARY + UUID.randomUUID()).toString());
		settings.setProperty("autoinstall_known_extensions", "false");
		settings.setProperty("autoload_known_extensions", "false");
		Connection connection = new DuckDBDriver().connect("jdbc:duckdb:", settings);
		execute(connection, "SET TimeZone = 'UTC'");
		return connection.unwrap(DuckDBConnection.class);
	}

	static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/** Returns a statement that is a resource of this package. */
	static String resource(String name) {
		try (InputStream stream = Database.class.getResourceAsStream(name)) {
			if (stream == null) {
				throw new IllegalStateException("There is no resource " + name + ".");
			}
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String literal(String text) {
		return "'" + text.replace("'", "''") + "'";
	}

	/**
	 * Returns the expression for the rows of files.
	 * @param folder the folder of the lake
	 * @param files the files
	 * @param different whether some of them have more columns than others, so that all of
	 * them have to be opened first
	 */
	static String parquet(Path folder, List<Manifest.DataFile> files, boolean different) {
		return files.stream()
			.map((file) -> literal(folder.resolve(file.path()).toString()))
			.collect(Collectors.joining(", ", "read_parquet([",
					"], union_by_name = " + different + ", hive_partitioning = false)"));
	}

}
