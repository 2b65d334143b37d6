package dev.cairn;

/**
 * Attempts that nothing is recorded of.
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
