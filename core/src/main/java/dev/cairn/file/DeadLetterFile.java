package dev.cairn.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.cairn.Message;
import dev.cairn.encoding.MessageCodec;
import dev.cairn.encoding.MessageEncoder.TooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Appends dead letters to a file that processes may share, as lines of JSON:
 * <code>{"reason": ..., "message": {...}}</code>. Thread-safe.
 */
record DeadLetterFile(Path file, long maxBytes, MessageCodec codec) {

	private static final Logger logger = LoggerFactory.getLogger(DeadLetterFile.class);

	private static final JsonFactory JSON = JsonFactory.builder().build();

	/** Returns whether the message is kept. */
	synchronized boolean keep(Message message, String reason) {
		try {
			byte[] line = line(message, reason);
			PrivateFiles.createFolder(this.file.toAbsolutePath().getParent());
			if (Files.exists(this.file) && Files.size(this.file) + line.length > this.maxBytes) {
				return false;
			}
			PrivateFiles.append(this.file, line);
			return true;
		}
		catch (IOException | TooLargeException | RuntimeException ex) {
			logger.debug("Cairn: failed to write a dead letter to {}: {}", this.file, ex.toString());
			return false;
		}
	}

	private byte[] line(Message message, String reason) throws TooLargeException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), line)) {
			generator.writeStartObject();
			generator.writeStringProperty("reason", this.codec.redact(reason));
			generator.writeName("message");
			generator.writeRawValue(new String(this.codec.write(message), StandardCharsets.UTF_8));
			generator.writeEndObject();
		}
		line.write('\n');
		return line.toByteArray();
	}

}
