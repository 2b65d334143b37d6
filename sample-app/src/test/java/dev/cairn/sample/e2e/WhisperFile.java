package dev.cairn.sample.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A series as Graphite's carbon keeps it.
 */
final class WhisperFile {

	private static final int METADATA = 12;

	private WhisperFile() {
	}

	/**
	 * Read the finest archive of a series.
	 * @param file the file, which may be missing
	 * @return values by second
	 */
	static SortedMap<Integer, Double> read(Path file) {
		SortedMap<Integer, Double> values = new TreeMap<>();
		if (!Files.exists(file)) {
			return values;
		}
		try {
			ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).position(METADATA);
			int archives = content.getInt();
			int offset = content.getInt();
			content.getInt();
			int points = content.getInt();
			if (archives < 1) {
				throw new IllegalStateException("No archive in " + file);
			}
			content.position(offset);
			for (int i = 0; i < points; i++) {
				int second = content.getInt();
				double value = content.getDouble();
				if (second != 0) {
					values.put(second, value);
				}
			}
			return values;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static double sum(Path file) {
		return read(file).values().stream().mapToDouble(Double::doubleValue).sum();
	}

	/**
	 * Return the latest value.
	 * @param file the file, which may be missing
	 * @return the value, or not a number where there is none
	 */
	static double last(Path file) {
		SortedMap<Integer, Double> values = read(file);
		return values.isEmpty() ? Double.NaN : values.get(values.lastKey());
	}

}
