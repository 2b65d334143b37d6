package dev.cairn.analytics;

import java.util.List;

/**
 * The result of {@link ParquetFiles#write writing} a batch.
 *
 * @param promoted the columns of the files beyond the fixed ones
 * @param files the files, with paths below the folder they were written to
 * @param rows the number of messages in them
 * @param duplicates the number of messages that are in the lake already
 * @param bad the number of records that are no messages
 * @param deadLetters these records with the reasons, one JSON object a line
 */
record WrittenBatch(List<Column> promoted, List<Manifest.DataFile> files, long rows, long duplicates, long bad,
		String deadLetters) {
}
