package dev.cairn.file;

import java.util.List;

import dev.cairn.Message;
import dev.cairn.delivery.Destination;
import dev.cairn.delivery.SinkContract;
import dev.cairn.delivery.WatchedDestination;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.TestMessages;
import dev.cairn.testing.UdpServer;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tests for a sink over {@link UdpDestination}.
 */
class UdpDestinationContractTests extends SinkContract {

	private final UdpServer server = new UdpServer();

	@Override
	protected Destination createSender() {
		return new UdpDestination("127.0.0.1", this.server.port(), MessageEncoder.cairn(Redactor.DEFAULT), 65_507);
	}

	@Override
	protected Message item(int number) {
		return TestMessages.numbered(number);
	}

	@Override
	protected List<Integer> received() {
		return this.server.datagrams()
			.stream()
			.map((datagram) -> JsonMapper.shared().readTree(datagram).get("fields").get("n").asInt())
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

	/** A receiver that does not read loses datagrams; it cannot hold up the sender. */
	@Override
	protected void hangBackend() {
		WatchedDestination.hang();
	}

	@Override
	protected void resumeBackend() {
		WatchedDestination.resume();
	}

}
