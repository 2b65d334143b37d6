package dev.cairn.spring.extending;

import java.util.HashSet;
import java.util.Set;

import dev.cairn.spring.live.VisitorCounter;

/**
 * The visitor counter of the page about extensions.
 */
class ExactVisitorCounter implements VisitorCounter {

	private final Set<String> visitors = new HashSet<>();

	@Override
	public void add(String visitor) {
		this.visitors.add(visitor);
	}

	@Override
	public void addAll(VisitorCounter other) {
		this.visitors.addAll(((ExactVisitorCounter) other).visitors);
	}

	@Override
	public Long count() {
		return (long) this.visitors.size();
	}

}
