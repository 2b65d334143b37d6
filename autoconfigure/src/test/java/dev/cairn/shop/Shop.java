package dev.cairn.shop;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.cairn.Cairn;
import dev.cairn.delivery.MemorySink;

import org.springframework.transaction.annotation.Transactional;

/**
 * A bean of an application, outside of Cairn's own packages.
 */
public class Shop {

	private final Cairn cairn;

	private final MemorySink sink;

	private final List<Integer> seenMeanwhile = new ArrayList<>();

	public Shop(Cairn cairn, MemorySink sink) {
		this.cairn = cairn;
		this.sink = sink;
	}

	/** A method, since what stands in front of this has no such field. */
	public List<Integer> seenMeanwhile() {
		return this.seenMeanwhile;
	}

	@Transactional
	public void order(String what) {
		this.cairn.event("order.placed", Map.of("what", what));
		this.seenMeanwhile.add(this.sink.messages().size());
		if (what.equals("none")) {
			throw new IllegalStateException("nothing to order");
		}
	}

	@Transactional
	public void orderTwice() {
		this.cairn.event("order.placed").publish();
		this.cairn.event("order.placed").publish();
	}

}
