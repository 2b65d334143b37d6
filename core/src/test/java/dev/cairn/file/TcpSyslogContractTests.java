package dev.cairn.file;

import java.net.URI;
import java.util.List;

import dev.cairn.Message;
import dev.cairn.delivery.Destination;
import dev.cairn.delivery.SinkContract;
import dev.cairn.delivery.WatchedDestination;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.TestMessages;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tests for a sink over {@link TcpSyslogDestination}.
 */
class TcpSyslogContractTests extends SinkContract {

	private final SyslogServer server = new SyslogServer();

	@Override
	protected Destination createSender() {
		return Destinations.syslog(URI.create("tcp://127.0.0.1:" + this.server.port()),
				MessageEncoder.cairn(Redactor.DEFAULT), 65_507);
	}

	@Override
	protected Message item(int number) {
		return TestMessages.numbered(number);
	}

	@Override
	protected List<Integer> received() {
		return this.server.messages()
			.stream()
			.map((message) -> JsonMapper.shared()
				.readTree(message.substring(message.indexOf('{')))
				.get("fields")
				.get("n")
				.asInt())
			.toList();
	}

	@Override
	protected void startBackend() throws Exception {
		this.server.start();
	}

	@Override
	protected void stopBackend() throws Exception {
		this.server.stop();
	}

	/** The operating system accepts megabytes for a server that does not read. */
	@Override
	protected void hangBackend() {
		WatchedDestination.hang();
	}

	@Override
	protected void resumeBackend() {
		WatchedDestination.resume();
	}

}
