package dev.cairn.wholeprocess;

import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.annotation.Counted;

class Visits {

	private final LongAdder visits = new LongAdder();

	@Counted("shop.visits")
	void count() {
		this.visits.increment();
	}

}
