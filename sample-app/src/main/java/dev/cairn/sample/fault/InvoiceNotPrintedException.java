package dev.cairn.sample.fault;

class InvoiceNotPrintedException extends RuntimeException {

	InvoiceNotPrintedException() {
		super("The printer is out of paper");
	}

}
