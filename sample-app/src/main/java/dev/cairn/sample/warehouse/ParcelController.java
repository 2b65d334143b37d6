package dev.cairn.sample.warehouse;

import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/parcels")
@Profile("warehouse")
class ParcelController {

	private final ParcelService parcels;

	ParcelController(ParcelService parcels) {
		this.parcels = parcels;
	}

	@PostMapping
	@ResponseStatus(HttpStatus.ACCEPTED)
	void request(@RequestBody ParcelRequest request) {
		this.parcels.ship(request);
	}

}
