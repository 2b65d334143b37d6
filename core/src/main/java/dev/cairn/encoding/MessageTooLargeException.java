package dev.cairn.encoding;

/**
 * A message is larger than allowed and nothing is left to shorten.
 */
public final class MessageTooLargeException extends Exception {

	private static final long serialVersionUID = 1L;

	MessageTooLargeException(String type, int bytes, int maxBytes) {
		super("a message of type " + type + " takes " + bytes + " bytes with all its values removed, but only "
				+ maxBytes + " are allowed");
	}

}
