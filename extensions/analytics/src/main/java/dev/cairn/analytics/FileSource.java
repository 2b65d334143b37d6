package dev.cairn.analytics;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The files of the file sink. A file is recognized by a hash of its first line, which has
 * the id of a message: its name changes when it is rolled over. Positions are bytes. Only
 * whole lines are read. For one thread.
 */
final class FileSource implements EventSource {

	private static final Pattern FILES = Pattern.compile("events(-\\d+)?(\\.\\d{8}-\\d{6}-\\d{6})?\\.jsonl");

	/** More than any first line has that is a message. */
	private static final int LONGEST_FIRST_LINE = 1024 * 1024;

	private final Path folder;

	private final int maxBytes;

	private final Map<String, Long> positions;

	private boolean more;

	FileSource(Path folder, int maxBytes, Map<String, Long> positions) {
		this.folder = folder;
		this.maxBytes = maxBytes;
		this.positions = new HashMap<>(positions);
	}

	@Override
	public List<SourceBatch> next() throws IOException {
		List<SourceBatch> batches = new ArrayList<>();
		long left = this.maxBytes;
		for (Path path : files()) {
			try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
				SourceBatch batch = next(file, (int) left);
				if (batch != null) {
					batches.add(batch);
					this.positions.put(batch.partition(), batch.end());
					left -= batch.end() - batch.start();
				}
			}
			catch (FileNotFoundException ex) {
				// Rolled over or deleted in the meantime
			}
		}
		this.more = left < this.maxBytes / 2;
		return batches;
	}

	@Override
	public boolean hasMore() {
		return this.more;
	}

	/** Those that were rolled over come first, the oldest of them at the beginning. */
	private List<Path> files() throws IOException {
		try (Stream<Path> all = Files.list(this.folder)) {
			return all.filter((path) -> FILES.matcher(path.getFileName().toString()).matches()).sorted().toList();
		}
		catch (NoSuchFileException ex) {
			return List.of();
		}
	}

	private @Nullable SourceBatch next(RandomAccessFile file, int atMost) throws IOException {
		String partition = partition(file);
		if (partition == null) {
			return null;
		}
		long start = this.positions.getOrDefault(partition, 0L);
		byte[] block = read(file, start, atMost);
		int length = wholeLines(block);
		if (length == 0 && block.length == this.maxBytes) {
			// No message is that long: it becomes dead letters, in parts
			length = block.length;
		}
		if (length == 0) {
			return null;
		}
		String text = new String(block, 0, length, StandardCharsets.UTF_8);
		return new SourceBatch(partition, start, start + length,
				text.lines().filter((line) -> !line.isEmpty()).toList());
	}

	private static @Nullable String partition(RandomAccessFile file) throws IOException {
		byte[] block = read(file, 0, LONGEST_FIRST_LINE);
		int end = 0;
		while (end < block.length && block[end] != '\n') {
			end++;
		}
		if (end == block.length && block.length < LONGEST_FIRST_LINE) {
			return null;
		}
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(block, 0, end);
			return "file-" + HexFormat.of().formatHex(digest.digest(), 0, 8);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static byte[] read(RandomAccessFile file, long position, int atMost) throws IOException {
		byte[] block = new byte[(int) Math.max(0, Math.min(atMost, file.length() - position))];
		file.seek(position);
		file.readFully(block);
		return block;
	}

	private static int wholeLines(byte[] block) {
		int end = block.length;
		while (end > 0 && block[end - 1] != '\n') {
			end--;
		}
		return end;
	}

	@Override
	public void close() {
	}

}
