package dev.cairn.sample.fault;

class CheckoutFailedException extends RuntimeException {

	CheckoutFailedException(Throwable cause) {
		super("The checkout did not finish", cause);
	}

}
