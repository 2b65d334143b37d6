package dev.cairn.analytics;

import java.util.List;

/**
 * Consecutive records of a partition.
 *
 * @param partition the name of the source and partition
 * @param start the position of the first record
 * @param end the position after the last record
 * @param records the records as text
 */
record SourceBatch(String partition, long start, long end, List<String> records) {

	String name() {
		return this.partition + "-" + this.start + "-" + this.end;
	}

}
