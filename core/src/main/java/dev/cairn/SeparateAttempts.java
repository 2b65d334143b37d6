package dev.cairn;

/**
 * Attempts of which each failure is an incident of its own.
 */
final class SeparateAttempts implements Attempts {

	private final IncidentRecorder.Capture capture;

	SeparateAttempts(IncidentRecorder.Capture capture) {
		this.capture = capture;
	}

	@Override
	public void begin() {
	}

	@Override
	public void end() {
	}

	@Override
	public void failed(Throwable thrown) {
		this.capture.capture(thrown);
	}

	@Override
	public void succeeded() {
	}

	@Override
	public void givenUp(Throwable thrown) {
		this.capture.capture(thrown);
	}

}
