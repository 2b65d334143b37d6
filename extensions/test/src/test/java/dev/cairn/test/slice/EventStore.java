package dev.cairn.test.slice;

import dev.cairn.Cairn;

import org.springframework.stereotype.Service;

/**
 * A component of any layer that injects Cairn.
 */
@Service
class EventStore {

	private final Cairn cairn;

	EventStore(Cairn cairn) {
		this.cairn = cairn;
	}

	void store(long id) {
		this.cairn.event("order.stored").field("order_id", id).publish();
		this.cairn.incr("orders.stored");
	}

}
