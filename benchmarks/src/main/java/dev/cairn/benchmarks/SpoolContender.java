package dev.cairn.benchmarks;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The storages that a spool could be built upon.
 */
public enum SpoolContender {

	/** Cairn's own files. */
	CAIRN {
		@Override
		RecordStore open(Path folder) throws IOException {
			return new CairnStore(folder);
		}
	},

	/** A map of H2's MVStore, from numbers to records. */
	MVSTORE {
		@Override
		RecordStore open(Path folder) {
			return new MapStore(folder);
		}
	},

	/** Chronicle Queue, with a named tailer. */
	CHRONICLE {
		@Override
		RecordStore open(Path folder) {
			return new ChronicleStore(folder);
		}
	},

	/** Square's {@code QueueFile}. */
	TAPE {
		@Override
		RecordStore open(Path folder) throws IOException {
			return new TapeStore(folder);
		}
	};

	abstract RecordStore open(Path folder) throws IOException;

}
