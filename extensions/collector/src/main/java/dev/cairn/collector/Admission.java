package dev.cairn.collector;

/**
 * A request whose body may be read. It has a place among the requests at the same time
 * until it is closed.
 *
 * @param request the request
 * @param sender who sends it
 * @param decoder reads its messages
 * @param place releases the place
 */
record Admission(CollectorRequest request, Sender sender, Decoder decoder, Runnable place) implements AutoCloseable {

	@Override
	public void close() {
		this.place.run();
	}

}
