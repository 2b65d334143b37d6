package dev.cairn.file;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

import dev.cairn.Message;
import dev.cairn.encoding.MessageEncoder;

/**
 * Writes a message as RFC 5424 defines it, with the line of another encoder as its text:
 * severity, time, host, service, process and type are in the header. It has no structured
 * data: its names would have to be registered. Thread-safe.
 */
final class SyslogEncoder implements MessageEncoder {

	private static final int SEVERITIES = 8;

	private static final int MAX_HOST_LENGTH = 255;

	private static final int MAX_SERVICE_LENGTH = 48;

	private static final int MAX_TYPE_LENGTH = 32;

	private final int facility;

	private final MessageEncoder text;

	SyslogEncoder(int facility, MessageEncoder text) {
		this.facility = facility;
		this.text = text;
	}

	@Override
	public Encoded encode(Message message, int maxBytes) throws TooLargeException {
		byte[] header = header(message);
		Encoded line = this.text.encode(message, maxBytes - header.length);
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(header.length + line.bytes().length);
		bytes.writeBytes(header);
		bytes.writeBytes(line.bytes());
		return new Encoded(bytes.toByteArray(), line.truncated());
	}

	private byte[] header(Message message) {
		int priority = this.facility * SEVERITIES + message.severity().code();
		String time = new String(MessageEncoder.timestamp(message.timestamp()), StandardCharsets.UTF_8);
		return ("<" + priority + ">1 " + time + " " + token(message.origin().hostname(), MAX_HOST_LENGTH) + " "
				+ token(message.origin().service(), MAX_SERVICE_LENGTH) + " " + message.origin().pid() + " "
				+ token(message.type(), MAX_TYPE_LENGTH) + " - ")
			.getBytes(StandardCharsets.US_ASCII);
	}

	/** Returns what a header may contain: visible characters of ASCII. */
	private static String token(String text, int length) {
		if (text.isEmpty()) {
			return "-";
		}
		StringBuilder token = new StringBuilder();
		for (int i = 0; i < Math.min(text.length(), length); i++) {
			char c = text.charAt(i);
			token.append((c > ' ' && c < 0x7f) ? c : '_');
		}
		return token.toString();
	}

}
