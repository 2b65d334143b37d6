package dev.cairn.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.util.FileSystemUtils;

/**
 * Cairn's files against storages that could be below a spool, with records of 400 bytes.
 * Each iteration begins with a new folder. Tape forces each record to the medium, so it
 * is only beside the others where they do so too.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = { "-Dchronicle.analytics.disable=true", "-Dchronicle.announcer.disable=true",
		"--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED", "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
		"--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
		"--add-opens=java.base/java.io=ALL-UNNAMED", "--add-opens=java.base/java.util=ALL-UNNAMED" })
public class SpoolBenchmark {

	private static final int SPOOLED = 100_000;

	private static final byte[] RECORD = "r".repeat(400).getBytes(StandardCharsets.US_ASCII);

	private static final List<byte[]> ONE = List.of(RECORD);

	private static final List<byte[]> BATCH = Collections.nCopies(1000, RECORD);

	/**
	 * 200,000 records in batches of 1000, left to the operating system.
	 * @param spool the storage
	 * @throws IOException when it fails
	 */
	@Benchmark
	@Warmup(iterations = 4, batchSize = 200)
	@Measurement(iterations = 6, batchSize = 200)
	public void append(Empty spool) throws IOException {
		spool.store().append(BATCH, false);
	}

	/**
	 * 200 records, one by one, each forced to the medium.
	 * @param spool the storage
	 * @throws IOException when it fails
	 */
	@Benchmark
	@Warmup(iterations = 3, batchSize = 200)
	@Measurement(iterations = 6, batchSize = 200)
	public void appendDurably(Empty spool) throws IOException {
		spool.store().append(ONE, true);
	}

	/**
	 * 100,000 records in batches of 500, read and removed.
	 * @param spool the storage
	 * @return the last batch
	 * @throws IOException when it fails
	 */
	@Benchmark
	@Warmup(iterations = 4, batchSize = SPOOLED / 500)
	@Measurement(iterations = 6, batchSize = SPOOLED / 500)
	public List<byte[]> drain(Filled spool) throws IOException {
		List<byte[]> oldest = spool.store().drain(500);
		if (oldest.size() != 500) {
			throw new IllegalStateException("expected more records than " + oldest.size());
		}
		return oldest;
	}

	/**
	 * A spool without records.
	 */
	@State(Scope.Benchmark)
	public static class Empty {

		/** Whose files. */
		@Param({ "CAIRN", "MVSTORE", "CHRONICLE" })
		public SpoolContender contender = SpoolContender.CAIRN;

		private Path folder = Path.of("");

		private @Nullable RecordStore store;

		/**
		 * Open it.
		 * @throws IOException when it fails
		 */
		@Setup(Level.Iteration)
		public void open() throws IOException {
			this.folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), "spool-benchmark");
			this.store = this.contender.open(this.folder);
		}

		final RecordStore store() {
			if (this.store == null) {
				throw new IllegalStateException("not open");
			}
			return this.store;
		}

		/**
		 * Delete it.
		 * @throws IOException when it fails
		 */
		@TearDown(Level.Iteration)
		public void delete() throws IOException {
			store().close();
			FileSystemUtils.deleteRecursively(this.folder);
		}

	}

	/**
	 * A spool full of records.
	 */
	public static class Filled extends Empty {

		@Override
		@Setup(Level.Iteration)
		public void open() throws IOException {
			super.open();
			for (int i = 0; i < SPOOLED; i += BATCH.size()) {
				store().append(BATCH, false);
			}
		}

	}

}
