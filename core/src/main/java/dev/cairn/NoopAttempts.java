package dev.cairn;

import dev.cairn.Cairn.Attempts;

/**
 * Attempts that have no effect.
 */
enum NoopAttempts implements Attempts {

	INSTANCE;

	@Override
	public void begin() {
	}

	@Override
	public void end() {
	}

	@Override
	public void failed(Throwable thrown) {
	}

	@Override
	public void succeeded() {
	}

	@Override
	public void givenUp(Throwable thrown) {
	}

}
