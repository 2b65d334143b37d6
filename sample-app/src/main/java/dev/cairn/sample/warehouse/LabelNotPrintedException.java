package dev.cairn.sample.warehouse;

class LabelNotPrintedException extends RuntimeException {

	LabelNotPrintedException(int quantity) {
		super("A parcel of %d pieces is too large for the printer".formatted(quantity));
	}

}
