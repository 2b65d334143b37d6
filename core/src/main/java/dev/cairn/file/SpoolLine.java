package dev.cairn.file;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

/**
 * The format of a record in a file: its CRC-32C (RFC 3720) as eight hex digits, a space,
 * the record without line feeds, and a line feed. It is readable, and reading continues
 * after a damaged line.
 */
final class SpoolLine {

	/** The number of bytes that a line adds to its record. */
	static final int OVERHEAD = 10;

	private static final int CHECKSUM_DIGITS = 8;

	private SpoolLine() {
	}

	static byte[] of(byte[] rec) {
		byte[] line = new byte[rec.length + OVERHEAD];
		byte[] checksum = checksum(rec, 0, rec.length).getBytes(StandardCharsets.US_ASCII);
		System.arraycopy(checksum, 0, line, 0, CHECKSUM_DIGITS);
		line[CHECKSUM_DIGITS] = ' ';
		System.arraycopy(rec, 0, line, CHECKSUM_DIGITS + 1, rec.length);
		line[line.length - 1] = '\n';
		return line;
	}

	/** Returns the record of a line without its line feed, {@code null} if damaged. */
	static byte @Nullable [] recordOf(byte[] line) {
		int start = CHECKSUM_DIGITS + 1;
		if (line.length < start || line[CHECKSUM_DIGITS] != ' ') {
			return null;
		}
		String checksum = new String(line, 0, CHECKSUM_DIGITS, StandardCharsets.US_ASCII);
		if (!checksum.equals(checksum(line, start, line.length - start))) {
			return null;
		}
		byte[] rec = new byte[line.length - start];
		System.arraycopy(line, start, rec, 0, rec.length);
		return rec;
	}

	private static String checksum(byte[] bytes, int start, int length) {
		CRC32C checksum = new CRC32C();
		checksum.update(bytes, start, length);
		return HexFormat.of().toHexDigits(checksum.getValue(), CHECKSUM_DIGITS);
	}

}
