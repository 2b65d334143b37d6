package dev.cairn.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.cairn.Message;
import dev.cairn.delivery.Destination;
import dev.cairn.delivery.SinkContract;
import dev.cairn.delivery.WatchedDestination;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.TestMessages;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tests for a sink over {@link FileDestination}.
 */
class FileDestinationContractTests extends SinkContract {

	@TempDir
	private Path temp;

	@Override
	protected Destination createSender() {
		return new FileDestination(folder(), MessageEncoder.cairn(Redactor.DEFAULT), 262_144, 10_000_000, 2);
	}

	private Path folder() {
		return this.temp.resolve("events");
	}

	private Path away() {
		return this.temp.resolve("away");
	}

	@Override
	protected Message item(int number) {
		return TestMessages.numbered(number);
	}

	@Override
	protected List<Integer> received() throws IOException {
		return Files.readAllLines(folder().resolve("events.jsonl"))
			.stream()
			.map((line) -> JsonMapper.shared().readTree(line).get("fields").get("n").asInt())
			.toList();
	}

	@Override
	protected void startBackend() throws IOException {
		Files.deleteIfExists(folder());
		if (Files.exists(away())) {
			Files.move(away(), folder());
		}
	}

	/** The folder is gone and something that is none stands in its place. */
	@Override
	protected void stopBackend() throws IOException {
		if (Files.exists(folder())) {
			Files.move(folder(), away());
		}
		Files.createFile(folder());
	}

	/** A local disk cannot be made to hang from here. */
	@Override
	protected void hangBackend() {
		WatchedDestination.hang();
	}

	@Override
	protected void resumeBackend() {
		WatchedDestination.resume();
	}

}
