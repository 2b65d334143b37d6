package dev.cairn.test.slice;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Does not know Cairn.
 */
@RestController
class PlainController {

	@GetMapping("/about")
	String about() {
		return "a shop";
	}

}
