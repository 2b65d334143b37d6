package dev.cairn.sample.fault;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Fails on demand: {@code POST /faults/{kind}} is exactly one failure, whatever the kind
 * and however many layers see it.
 */
@RestController
@RequestMapping("/faults")
class FaultController {

	private final FaultService faults;

	FaultController(FaultService faults) {
		this.faults = faults;
	}

	/**
	 * Nobody expects it: 500.
	 */
	@PostMapping("/unhandled")
	void unhandled() {
		this.faults.pay();
	}

	/**
	 * Nobody expects it, and its cause is inside a wrapper: 500.
	 */
	@PostMapping("/wrapped")
	void wrapped() {
		this.faults.checkout();
	}

	/**
	 * The application has an answer to it, see {@link FaultExceptionHandler}: 503.
	 */
	@PostMapping("/handled")
	void handled() {
		this.faults.ship();
	}

	/**
	 * Caught and logged: 200.
	 */
	@PostMapping("/logged")
	void logged() {
		this.faults.sendReceipt();
	}

	/**
	 * Happens on another thread, when the answer is under way: 202.
	 */
	@PostMapping("/async")
	@ResponseStatus(HttpStatus.ACCEPTED)
	void async() {
		this.faults.printInvoice();
	}

	@PostMapping("/{kind}")
	void unknown(@PathVariable String kind) {
		throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no fault '" + kind + "'");
	}

}
