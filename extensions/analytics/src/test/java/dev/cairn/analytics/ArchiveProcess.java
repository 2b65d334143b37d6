package dev.cairn.analytics;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

import dev.cairn.delivery.Accounts;

import org.springframework.util.unit.DataSize;

/**
 * An archiver as a process of its own, to be killed.
 */
public final class ArchiveProcess {

	private ArchiveProcess() {
	}

	/** The lake, the maximum size of a batch, and a folder, or a broker and a topic. */
	public static void main(String[] args) throws InterruptedException {
		Path lake = Path.of(args[0]);
		int maxBytes = Integer.parseInt(args[1]);
		Archiver.SourceFactory sources = (args.length == 3)
				? (positions) -> new FileSource(Path.of(args[2]), maxBytes, positions)
				: (positions) -> new KafkaSource(Map.of("bootstrap.servers", args[2], "max.poll.records", 100),
						List.of(args[3]), maxBytes, positions);
		archiver(lake, sources, Duration.ofMillis(20)).start();
		Thread.currentThread().join();
	}

	static Archiver archiver(Path lake, Archiver.SourceFactory sources, Duration interval, Column... promoted) {
		Database database = new Database(DataSize.ofMegabytes(512), 2, lake);
		return new Archiver(new Lake(lake), sources, () -> new ParquetFiles(lake, database, List.of(promoted)),
				interval, new Upkeep(Duration.ZERO, InstantSource.system()), new Accounts().channel("analytics"));
	}

}
