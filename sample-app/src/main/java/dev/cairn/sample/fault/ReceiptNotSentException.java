package dev.cairn.sample.fault;

class ReceiptNotSentException extends RuntimeException {

	ReceiptNotSentException() {
		super("The mail server refused the receipt");
	}

}
