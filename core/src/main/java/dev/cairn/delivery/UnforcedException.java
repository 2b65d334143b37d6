package dev.cairn.delivery;

import java.io.IOException;

/**
 * The records are in the {@link Spool}, but whether they are on the medium is unknown.
 */
public final class UnforcedException extends IOException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create it.
	 * @param cause what the medium says
	 */
	public UnforcedException(IOException cause) {
		super("the medium has not confirmed what was written: " + cause.getMessage(), cause);
	}

}
