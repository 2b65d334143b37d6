package dev.cairn.annotation;

/**
 * Which ends of a call are told.
 */
public enum On {

	/** The call went well. */
	RETURN,
	/** The call threw something. */
	THROW,
	/** Either. */
	BOTH

}
