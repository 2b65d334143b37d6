package dev.cairn.sink.statsd;

import java.util.List;

import dev.cairn.sink.BatchSender;
import dev.cairn.sink.SinkContract;
import dev.cairn.sink.UdpServer;
import dev.cairn.sink.WatchedSender;

/**
 * Tests for a sink over {@link StatsdLineSender}.
 */
class StatsdSinkTests extends SinkContract<String> {

	private final UdpServer server = new UdpServer();

	@Override
	protected BatchSender<String> createSender() {
		return new StatsdLineSender("127.0.0.1", this.server.port(), 1400);
	}

	@Override
	protected String item(int number) {
		return "orders:" + number + "|c";
	}

	@Override
	protected int weigh(String item) {
		return item.length();
	}

	@Override
	protected List<Integer> received() {
		return this.server.datagrams()
			.stream()
			.flatMap(String::lines)
			.map((line) -> Integer.valueOf(line.substring(line.indexOf(':') + 1, line.indexOf('|'))))
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
		WatchedSender.hang();
	}

	@Override
	protected void resumeBackend() {
		WatchedSender.resume();
	}

}
