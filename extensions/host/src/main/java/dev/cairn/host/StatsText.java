package dev.cairn.host;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.cairn.host.Producer.Source;
import dev.cairn.host.Producer.State;

/**
 * Reads statvent's format: lines {@code name: value}, with an integer or a floating point
 * number after the last colon.
 */
final class StatsText {

	private StatsText() {
	}

	static Producer parse(String producer, byte[] content) {
		String text = decode(content);
		int end = text.lastIndexOf('\n') + 1;
		Map<String, Double> stats = new LinkedHashMap<>();
		long malformed = text.substring(0, end).lines().filter((line) -> !line.isBlank() && !add(line, stats)).count();
		if (end < text.length()) {
			// A part of a number is a wrong number
			return new Producer(producer, Source.PIPE, State.INCOMPLETE, "the last line has no end", stats);
		}
		return (malformed > 0)
				? new Producer(producer, Source.PIPE, State.MALFORMED, malformed + " lines are no stats", stats)
				: new Producer(producer, Source.PIPE, State.OK, "", stats);
	}

	/** Names are any bytes. Those that are no UTF-8 are shown as Latin-1. */
	private static String decode(byte[] content) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
		}
		catch (CharacterCodingException ex) {
			return new String(content, StandardCharsets.ISO_8859_1);
		}
	}

	private static boolean add(String line, Map<String, Double> stats) {
		int colon = line.lastIndexOf(':');
		if (colon < 0) {
			return false;
		}
		try {
			double value = Double.parseDouble(line.substring(colon + 1).strip());
			if (!Double.isFinite(value)) {
				return false;
			}
			stats.merge(line.substring(0, colon).strip(), value, Double::sum);
			return true;
		}
		catch (NumberFormatException ex) {
			return false;
		}
	}

}
