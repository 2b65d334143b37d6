package dev.cairn.sample.fault;

class PaymentDeclinedException extends RuntimeException {

	PaymentDeclinedException() {
		super("The bank declined the card");
	}

}
