BEGIN TRANSACTION;
CREATE TABLE batches (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	seed BIGINT NOT NULL, 
	proposed_at TEXT NOT NULL, 
	columns TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE ("key")
);
INSERT INTO "batches" VALUES(1,'first batch',7,'2026-03-01T09:00:00+00:00','[["framework", "text"], ["agent", "text"], ["electrolyte", "text"], ["additives", "text"], ["conductor_top", "float"], ["agent_top", "float"], ["conductor_bottom", "float"], ["agent_bottom", "float"], ["gradient_exponent", "float"], ["porosity_top", "float"], ["porosity_bottom", "float"], ["pore_size_top_um", "float"], ["pore_size_bottom_um", "float"], ["tortuosity", "float"], ["thickness_um", "float"], ["current_density_mA_cm2", "float"], ["areal_capacity_mAh_cm2", "float"], ["temperature_C", "float"]]');
CREATE TABLE pending (
	id INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	"row" TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(batch_id) REFERENCES batches (id)
);
INSERT INTO "pending" VALUES(1,1,1,'{"framework": "copper", "agent": "silver", "electrolyte": "liquid_ether", "additives": "none", "conductor_top": 0.9, "agent_top": 0.1, "conductor_bottom": 0.95, "agent_bottom": 0.05, "gradient_exponent": 1.0, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 100.0, "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0}');
INSERT INTO "pending" VALUES(2,1,2,'{"framework": "copper", "agent": "silver", "electrolyte": "liquid_ether", "additives": "none", "conductor_top": 0.9, "agent_top": 0.1, "conductor_bottom": 0.95, "agent_bottom": 0.05, "gradient_exponent": 1.0, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 150.0, "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0}');
CREATE TABLE results (
	id INTEGER NOT NULL, 
	told_at TEXT NOT NULL, 
	source TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	framework TEXT, 
	agent TEXT, 
	cycle_life_cycles FLOAT, 
	"ccd_mA_cm2" FLOAT, 
	"overpotential_mV" FLOAT, 
	cycle_life_cycles_censored BOOLEAN, 
	"ccd_mA_cm2_censored" BOOLEAN, 
	"overpotential_mV_censored" BOOLEAN, 
	"row" TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "results" VALUES(1,'2026-03-02T09:00:00+00:00','one.csv',1,'d081a117a712b13d8a8a3bd42ed8b8e7922d5bc2a25e4540d6daae7cad7a423c','copper','silver',300.0,NULL,22.5,1,NULL,NULL,'{"framework": "copper", "agent": "silver", "conductor_material": null, "dielectric_material": null, "ion_conductor_material": null, "conductor_top": 0.9, "dielectric_top": null, "agent_top": 0.1, "ion_conductor_top": null, "conductor_bottom": 0.95, "dielectric_bottom": null, "agent_bottom": 0.05, "ion_conductor_bottom": null, "gradient_exponent": 1.0, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 100.0, "pattern_size_um": null, "pattern_depth_um": null, "electrolyte": "liquid_ether", "additives": "none", "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0, "stack_pressure_MPa": null, "li_excess_mAh_cm2": null, "conductivity_top_S_m": null, "conductivity_bottom_S_m": null, "nucleation_overpotential_top_mV": null, "nucleation_overpotential_bottom_mV": null, "cycle_life_cycles": 300.0, "ccd_mA_cm2": null, "overpotential_mV": 22.5, "cycle_life_cycles_censored": true, "ccd_mA_cm2_censored": null, "overpotential_mV_censored": null, "replicate": null, "failed": null, "note": "still running"}');
INSERT INTO "results" VALUES(2,'2026-03-02T09:00:00+00:00','one.csv',2,'536b78badeab7c429b96082291143e5da3322b8c6030eeacc4fa121193122306','copper','silver',120.0,NULL,NULL,0,NULL,NULL,'{"framework": "copper", "agent": "silver", "conductor_material": null, "dielectric_material": null, "ion_conductor_material": null, "conductor_top": 0.9, "dielectric_top": null, "agent_top": 0.1, "ion_conductor_top": null, "conductor_bottom": 0.95, "dielectric_bottom": null, "agent_bottom": 0.05, "ion_conductor_bottom": null, "gradient_exponent": 1.0, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 80.0, "pattern_size_um": null, "pattern_depth_um": null, "electrolyte": "liquid_ether", "additives": "none", "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0, "stack_pressure_MPa": null, "li_excess_mAh_cm2": null, "conductivity_top_S_m": null, "conductivity_bottom_S_m": null, "nucleation_overpotential_top_mV": null, "nucleation_overpotential_bottom_mV": null, "cycle_life_cycles": 120.0, "ccd_mA_cm2": null, "overpotential_mV": null, "cycle_life_cycles_censored": false, "ccd_mA_cm2_censored": null, "overpotential_mV_censored": null, "replicate": null, "failed": false, "note": null}');
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	product TEXT NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(1,'lihost campaign store');
CREATE INDEX ix_results_digest ON results (digest);
COMMIT;
